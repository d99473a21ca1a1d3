## Administración: estas páginas son para personas cuyo rol tiene algo que hacer en ellas.

admin-title = Administración
admin-overview = Resumen
admin-account = Mi cuenta
admin-you = Usted
admin-who = Cuenta
admin-role = Rol
admin-site = Sitio
admin-open-until = Abiertas hasta
admin-open-hint = Después, estas páginas vuelven a pedirle su segundo factor.
admin-now = En este momento
admin-sessions = Sesiones abiertas
admin-duty = Segundo factor
admin-duty-optional = opcional para todos
admin-duty-grace = obligatorio para todos a partir del { $date }
admin-duty-enforced = obligatorio para todos
admin-rules = Otras reglas
admin-rules-count = { $rules ->
    [0] ninguna en la configuración
    [one] { $rules } en la configuración, para algunas personas o sitios
   *[other] { $rules } en la configuración, para algunas personas o sitios
}
role-user = Usuario
role-auditor = Auditor
role-help-desk = Soporte
role-admin = Administrador
role-owner = Propietario
admin-users = Usuarios
users-text = Nombre de usuario, nombre o correo
users-state = Estado
users-any = Todos
users-search = Buscar
users-total = { $count ->
    [0] No se encontró ninguna cuenta.
    [one] { $count } cuenta encontrada.
   *[other] { $count } cuentas encontradas.
}
users-name = Nombre
users-first = Primera página
users-next = Página siguiente
state-active = Activa
state-disabled = Desactivada
standing-enrolled = Completo
standing-free = Ninguno, no se exige
standing-pending = Falta, se puede aplazar
standing-overdue = Falta, vencido
admin-adoption = Segundos factores
admin-people = Personas que pueden iniciar sesión
admin-coverage = Cobertura
admin-coverage-percent = { $percent } %
admin-coverage-of = { $enrolled } de { $all }
admin-sent-only = Solo con códigos por correo o SMS
overview-curve = Cobertura de los últimos 90 días, en tanto por ciento
overview-figures = Cifras
overview-day = Día
overview-enrolled = Con lo que se les pide
overview-sites = Por sitio
overview-groups = Por grupo
overview-methods = Por método
overview-more = { $count ->
    [one] y { $count } grupo menor
   *[other] y { $count } grupos menores
}
overview-last-day = El último día
overview-failed = Pruebas fallidas:
overview-refused = Solicitudes rechazadas:
overview-now = ahora
overview-health = Esta pasarela
health-store = Almacén
health-store-fine = responde
health-store-bad = no responde: nadie puede iniciar sesión
health-configuration = Configuración
health-certificates = Certificados
health-file-fine = como en los archivos
health-file-bad = no se pudieron adoptar los archivos; el registro dice por qué
health-certificate = Próximo certificado en caducar
health-key = Clave de firma creada
health-token = Próximo token de servicio en caducar
health-places = Lugares
health-places-fine = en uso
health-places-bad = ninguna base utilizable: todo lugar es desconocido
health-places-age = { $days ->
    [0] creada hoy
    [one] creada hace { $days } día
   *[other] creada hace { $days } días
}
health-sink = Registro de auditoría en otro lugar
health-sink-fine = tiene todas las entradas
health-sink-behind = { $count ->
    [one] Falta { $count } entrada, del { $since }
   *[other] Faltan { $count } entradas, la más antigua del { $since }
}
health-sink-failed = último fallo { $when }: { $why }
health-notices = Avisos
health-waiting = { $count ->
    [0] ninguno espera
    [one] { $count } espera ser enviado
   *[other] { $count } esperan ser enviados
}
user-back = Todos los usuarios
user-standing = Estado
user-required = Exigido en total
user-own = Para esta cuenta
user-codes-left = Códigos de respaldo restantes
user-window = Se puede configurar con la contraseña hasta
user-recovery = Código de recuperación válido hasta
user-handed = Aplicación entregada, espera hasta
user-no-factors = No hay ningún segundo factor configurado.
user-email = Correo electrónico
user-groups = Grupos
user-created = Añadido
user-last-sign-in = Último inicio de sesión
user-never = nunca
user-id = Identificador
user-device-waits = A la espera de aprobación
user-acts = Lo que puede hacer
user-more = Más
asked-optional = opcional
asked-from = exigido a partir del { $date }
asked-always = exigido
asked-as-everybody = como para todos
asked-mode-optional = Opcional
asked-mode-enforced = Exigido
asked-enrol = Configura uno en el próximo inicio de sesión
asked-recovery-code = Necesita antes un código de recuperación
asked-deny = Se rechaza
deed-back = Volver a la cuenta
deed-cancel = Cancelar
deed-reason = Motivo
deed-reason-needed = Obligatorio. Una línea para el registro de auditoría; nunca una contraseña ni un código.
deed-reason-hint = Opcional. Una línea para el registro de auditoría; nunca una contraseña ni un código.
deed-reason-wrong = El motivo es una línea de 256 bytes como máximo, sin caracteres invisibles. Acórtelo y envíelo de nuevo.
deed-disable = Desactivar la cuenta
deed-disable-does = Nadie podrá iniciar sesión en esta cuenta. { $sessions ->
    [0] No tiene sesiones abiertas.
    [one] Su sesión abierta termina de inmediato.
   *[other] Sus { $sessions } sesiones abiertas terminan de inmediato.
} No se borra nada; puede activarla de nuevo.
deed-enable = Activar la cuenta
deed-enable-does = La persona puede volver a iniciar sesión, con la contraseña y los segundos factores que tenía.
deed-reset = Restablecer los segundos factores
deed-reset-does = Elimina todos los segundos factores, los códigos de respaldo y los dispositivos recordados. { $sessions ->
    [0] No hay sesiones abiertas.
    [one] La sesión abierta termina.
   *[other] Las { $sessions } sesiones abiertas terminan.
} Durante un breve tiempo la persona puede configurar uno nuevo solo con la contraseña; asegúrese antes de quién lo pide. No se puede deshacer.
deed-end-sessions = Terminar todas las sesiones
deed-end-sessions-does = { $sessions ->
    [0] La persona no ha iniciado sesión en ninguna parte.
    [one] Cierra la sesión de la persona donde la tiene abierta.
   *[other] Cierra la sesión de la persona en todas partes, en { $sessions } lugares.
} Puede volver a iniciarla.
deed-set-role = Cambiar el rol
deed-set-role-does = El nuevo rol vale de inmediato. { $sessions ->
    [0] No hay sesiones abiertas.
    [one] La sesión abierta termina.
   *[other] Las { $sessions } sesiones abiertas terminan.
} Puede cambiarlo de nuevo.
deed-set-terms = Cambiar lo que se exige
deed-set-terms-does = Lo que se exige solo de esta cuenta. Puede ser más que para todos, nunca menos. { $sessions ->
    [0] No hay sesiones abiertas.
    [one] Si es más que antes, la sesión abierta termina.
   *[other] Si es más que antes, las { $sessions } sesiones abiertas terminan.
}
deed-grace = Se puede aplazar hasta
deed-grace-hint = Un día como 2027-01-31, que aún cuenta; vacío: de inmediato.
deed-grace-wrong = Eso no es una fecha. Escriba un día como 2027-01-31, o deje el campo vacío.
deed-grace-needs-mode = Una fecha acompaña a un segundo factor exigido. Elija «Exigido», o deje la fecha vacía.
deed-unenrolled = Sin segundo factor
deed-allowed = Métodos permitidos
deed-allowed-hint = Ninguno marcado: los permitidos a todos. Permitir un método no es exigirlo.
deed-set-contact = Indicar la dirección para códigos
deed-set-contact-does = Los códigos irán allí, y a ningún otro sitio por este medio. El primer código introducido demuestra que la dirección es suya. Si había otra, se le avisa, y toda sesión abierta termina (ahora { $sessions }).
deed-channel = Medio
deed-address = Dirección o número
deed-address-hint = Por ejemplo ada@example.org, o +34 612 345 678 con el prefijo del país.
deed-remove-contact = Quitar la dirección para códigos
deed-remove-contact-does = Ya no se envían códigos allí, y toda sesión abierta termina (ahora { $sessions }). Quien no tenga otro segundo factor se queda sin ninguno.
deed-device = Dispositivo
deed-approve-device = Aprobar el dispositivo
deed-approve-device-does = Cuenta como dispositivo verificado desde el próximo inicio de sesión. Es una condición más y no quita ningún segundo factor. Puede quitarlo de nuevo.
deed-remove-device = Quitar el dispositivo
deed-remove-device-does = El dispositivo ya no vale para nada, y las sesiones abiertas en él terminan. La persona puede registrarlo de nuevo.
deed-issue-code = Emitir un código de recuperación
deed-issue-code-does = Muestra un código, una sola vez, para alguien que no puede probar nada más. Con él y la contraseña puede configurar un nuevo segundo factor. Asegúrese de quién lo pide, mejor en persona o llamando a un número que usted conozca. Se avisa a la persona y a los propietarios. Un código anterior deja de valer.
deed-revoke-code = Anular el código de recuperación
deed-revoke-code-does = El código emitido ya no abre nada.
deed-set-up = Configurar una aplicación para la persona
deed-set-up-does = Crea la clave de una aplicación de autenticación y la muestra una sola vez, para entregarla. Cuenta en cuanto la persona escribe ella misma el primer código, después de su contraseña, en su próximo inicio de sesión; hasta entonces, una semana como mucho, no vale nada. Quien vea la clave puede generar los mismos códigos: muéstrela solo a esa persona. Una aplicación entregada antes queda anulada.
deed-disabled = La cuenta está desactivada.
deed-enabled = La cuenta está activada de nuevo.
deed-sessions-ended = Todas las sesiones de la cuenta han terminado.
deed-role-set = El rol ha cambiado.
deed-was-reset = Los segundos factores se han restablecido. La persona configura uno nuevo en el próximo inicio de sesión.
deed-terms-set = Lo que se exige de la cuenta ha cambiado.
deed-contact-set = Los códigos van a la nueva dirección. El primer código demuestra que es suya.
deed-contact-removed = Ya no se envían códigos allí.
deed-device-approved = El dispositivo está aprobado. Cuenta desde el próximo inicio de sesión.
deed-device-removed = El dispositivo se ha quitado.
deed-code-revoked = El código de recuperación está anulado.
code-title = Código de recuperación
code-once = El código se muestra solo esta vez. Comuníquelo a la persona por un medio de confianza; no lo escriba en una incidencia.
code-until = Sirve una sola vez, hasta el { $date }.
code-hint = La persona inicia sesión con la contraseña, elige el código de recuperación debajo de los otros métodos y configura un nuevo segundo factor.
handed-title = Aplicación para la persona
handed-once = La clave se muestra solo esta vez. Haga que la persona la escanee ahora con su aplicación. No la envíe ni la escriba en un tique.
handed-until = La persona escribe el primer código en su próximo inicio de sesión, hasta el { $date }. Hasta entonces, la aplicación no vale nada.
denied-role = Su rol no lo permite. Pida ayuda a un administrador o a un propietario.
denied-not-below = No puede actuar sobre un rol igual o superior al suyo. Pídalo a alguien con un rol superior, o use la línea de órdenes en la máquina.
denied-oneself = No puede hacer esto aquí en su propia cuenta. Su página de cuenta cambia lo que es suyo.
denied-never = Esto no se hace aquí. Use la línea de órdenes en la máquina.
trouble-no-account = Esa cuenta ya no existe.
trouble-login-taken = Otra cuenta tiene este nombre de usuario. Elija otro.
trouble-last-owner = Es el último propietario activo, y debe quedar uno. Nombre antes a otro propietario.
trouble-disabled = La cuenta está desactivada, y esto no serviría de nada. Actívela antes.
trouble-no-recovery-code = Ya no hay código de recuperación: se usó, caducó o se anuló.
trouble-has-factor = La cuenta ya tiene un segundo factor, y no se hizo nada. Si se ha perdido, restablézcalo primero.
trouble-kind-not-allowed = Las aplicaciones de autenticación no son un método permitido para esta cuenta, y no se hizo nada.
trouble-no-kind = No es un método que se pueda permitir. Elija entre los mostrados.
trouble-login = No es un nombre de usuario: solo letras a-z, cifras y . _ - + @, 128 como máximo.
trouble-password = La contraseña se rechaza: demasiado corta, larga o común, o contiene el nombre de usuario. Elija otra.
trouble-text = Lo que introdujo no se puede usar. Compruebe que está completo y tiene la forma pedida, y envíelo de nuevo.
trouble-address-taken = { $login } ya recibe códigos allí, y ambos los leerían. Introduzca otra dirección, o quítela antes allí.
trouble-no-contact = La cuenta ya no tiene una dirección así para códigos.
trouble-no-device = La cuenta ya no tiene ese dispositivo.
trouble-no-session = Esa sesión ya no existe: ha terminado.
trouble-conflict = Alguien ha cambiado esta cuenta desde que abrió esta página, y no se hizo nada. Mírela de nuevo y decida.
trouble-no-reason = Diga por qué, en una línea. Se guarda en el registro de auditoría.
trouble-interrupted = Se interrumpió, y no se sabe hasta dónde llegó. Mire de nuevo la cuenta.
trouble-unfinished = Está hecho y consta en el registro de auditoría, pero no todo lo que sigue. Compruébelo antes de repetirlo.
trouble-store = El almacén no respondió, y no se hizo nada. Inténtelo de nuevo en un minuto.
trouble-failed = Algo falló aquí, y no se hizo nada. Avise a quien opera esta pasarela, con la hora.
trouble-held-up = El registro de auditoría no puede copiarse ahora adonde debe estar, y los actos esperan; no se hizo nada. Avise a quien opera esta pasarela.
trouble-log-in-use = Otra persona recorre ahora todo el registro de auditoría, y no se hizo nada. Inténtelo de nuevo después.
trouble-no-records = No hay tales entradas, y no se exportó nada. Mire los números en el registro.
admin-api = API
admin-api-lead = Para programas y scripts: todo lo que hacen estas páginas, y más, como se describe en docs/api.md. Los programas usan un token de servicio con un rol.
admin-api-use = Un script en esta ventana envía este valor como Portcullis-CSRF con cada solicitud. Vale 15 minutos y termina con su sesión y con su próxima verificación. Úselo solo en esta ventana: en una ventana de la consola, sus scripts lo leerían. No se lo dé a nadie.
admin-api-value = Valor
admin-tokens = Tokens de servicio
deed-end-session = Terminar la sesión
deed-end-session-does = Cierra allí la sesión de la persona, de inmediato. Puede volver a iniciarla.
deed-session-ended = La sesión ha terminado.
sessions-one = Sesión
sessions-none = Nadie ha iniciado sesión.
sessions-from = Desde
sessions-all-ended = Todas las sesiones han terminado, menos la suya.
task-end-all = Terminar las sesiones de todos
task-end-all-does = Cierra la sesión de todos en todos los sitios, menos la suya aquí. Todos vuelven a iniciarla, con su segundo factor. Los programas con un token de servicio no se ven afectados.
tokens-lead = Para programas: cada uno vale para un sitio, o para la API de esta pasarela. El secreto se muestra una vez, al crearlo.
tokens-none = No hay ninguno.
tokens-back = Volver a los tokens
token-active = Activo
token-expires-soon = Caduca pronto
token-expired = Caducado
token-is-disabled = Desactivado
token-disabled = El token está desactivado.
token-enabled = El token está activado de nuevo.
token-revoked = El token está revocado.
token-30-days = 30 días
token-90-days = 90 días
token-180-days = 180 días
token-365-days = 365 días
token-life = Válido durante
token-add = Emitir un token
token-add-does = Crea un token y muestra su secreto, una sola vez. No le dé más de lo que el programa necesita.
token-for-console = Para la consola del sitio
token-name = Nombre
token-name-hint = Letras a-z, cifras y -.
token-use = Para
token-paths = Rutas
token-paths-hint = Por ejemplo /api, separadas por espacios; vacío: todas.
token-methods = Métodos
token-methods-hint = Por ejemplo GET, separados por espacios; vacío: todos.
token-networks = Redes
token-networks-hint = Por ejemplo 192.0.2.0/24, separadas por espacios; vacío: desde cualquier lugar.
token-ends = Caduca
token-once = El secreto se muestra solo esta vez. Póngalo donde el programa lo lee, y en ningún otro lugar.
token-accepted-nowhere = Ninguna ruta de este sitio acepta tokens de servicio: se rechazará hasta que alguna lo haga.
token-rotate = Nuevo secreto
token-rotate-does = Crea otro secreto y lo muestra, una sola vez. El anterior vale un día más, salvo que indique otra cosa.
token-old = El secreto anterior
token-now = Anulado de inmediato: otros podrían conocerlo
token-disable = Desactivar
token-disable-does = Deja el token fuera de uso de inmediato y termina lo que tiene abierto. Puede activarlo de nuevo.
token-enable = Activar
token-enable-does = El programa puede usarlo de nuevo.
token-revoke = Revocar
token-revoke-does = Anula el token para siempre y termina lo que tiene abierto. No se puede deshacer.
trouble-no-token = Ese token ya no existe.
trouble-token-taken = Otro token tiene este nombre. Elija otro.
trouble-too-many-tokens = Hay tantos tokens como se guardan. Revoque los que nadie usa.
trouble-no-site = Ese sitio no existe en la configuración.
admin-audit = Registro de auditoría
audit-kind = Evento
audit-user = Nombre de usuario
audit-text = Dirección, solicitud o detalle
audit-none = No hay entradas así.
audit-by = Por
audit-target = Afecta a
audit-gateway = la pasarela
audit-unknown = nadie conocido
audit-operator = línea de órdenes, uid { $uid }
audit-token = token { $id }
admin-policy = Política
policy-lead = Qué se exige a las personas y de dónde viene. De varias fuentes cuenta la más estricta.
policy-everybody = Segundo factor para todos
policy-file = Archivo de configuración
policy-switch = Aquí o en la línea de órdenes
policy-owners = Propietarios
policy-unsaid = como en la configuración
policy-change = Cambiar la política
policy-set = La política ha cambiado.
policy-methods = Métodos
policy-methods-hint = El archivo de configuración dice qué métodos hay. Un método activo se ofrece; eso no lo exige a nadie.
policy-require = Exigir un segundo factor
policy-on = activo
policy-off = inactivo
policy-try = Ver qué haría
policy-try-does = Lo que se exige a todos menos a los propietarios, además de la configuración. Aún no se cambia nada: la página siguiente dice a quién le faltaría qué.
policy-rehearsal = Qué haría
policy-rehearsal-lead = Todas las personas que pueden iniciar sesión, en este momento. No se cuentan las reglas que dependen de la red.
policy-now = Ahora
policy-then = Después
policy-again = Editar otra vez
policy-locks-out = A usted le faltaría lo que esto exige, y podría perder estas páginas hasta que lo configure.
trouble-wrong-state = La cuenta no está en el estado necesario. Solo se elimina una cuenta desactivada.
trouble-password-elsewhere = Esta persona inicia sesión en otro lugar; la contraseña no se guarda aquí.
trouble-no-password = Todavía no hay una contraseña que cambiar. Cree un enlace en su lugar.
sessions-none-of = { $login } no ha iniciado sesión en ninguna parte.
sessions-of = Sesiones de { $login }
audit-none-yet = Ninguna entre las entradas revisadas. Las anteriores están en la página siguiente.
audit-nobody = Nadie tiene este nombre de usuario.
audit-details = Motivo y detalles
audit-number = entrada { $number }
audit-request = solicitud { $id }
audit-export = Exportar
audit-export-does = Escribe entradas en un archivo; en el registro se quedan. Un archivo tiene 5000 como máximo, y su nombre dice de cuál a cuál. Eso queda registrado, con su motivo.
audit-export-form = Forma
audit-export-lines = Líneas de JSON, la última firmada, que muestra que nada se ha cambiado
audit-export-table = Una tabla para hojas de cálculo (CSV)
audit-export-from = Desde la entrada
audit-export-from-hint = Vacío: desde la primera que hay.
audit-export-to = Hasta la entrada
audit-export-to-hint = Vacío: hasta la última que hay.
user-records = Lo que el registro dice de esta cuenta
policy-conflict = Alguien ha cambiado la política desde que vio esta página, y no se hizo nada. Esto es lo que haría ahora su cambio.
policy-asked = Lo que se exigiría
policy-people = A quién le faltaría qué
token-secret = Secreto de { $name }
token-old-until = El secreto anterior vale hasta
loud-title = Hecho en la línea de comandos
loud-count = { $acts ->
    [one] Se hizo algo en la línea de comandos de la pasarela que aún no ha dicho haber visto. Allí nadie muestra un segundo factor: asegúrese de que fue uno de ustedes.
   *[other] Se hicieron { $acts } cosas en la línea de comandos de la pasarela que aún no ha dicho haber visto. Allí nadie muestra un segundo factor: asegúrese de que fue uno de ustedes.
}
loud-seen = Lo he visto
policy-sites = Sitios
policy-sites-lead = Desde dónde se puede llegar a cada sitio y qué se demuestra allí. El archivo de configuración y estas páginas cuentan juntos: vale lo más estricto.
site-name = Sitio
site-from = Desde
site-proof = Prueba
site-source = Definido en
site-anywhere = cualquier lugar
site-nowhere = ningún lugar
site-besides = Archivo de configuración y aquí
site-deny = Nunca desde
site-routes = Rutas
site-routes-count = { $routes ->
    [one] una pide algo propio
   *[other] { $routes } piden algo propio
}
site-lead = Direcciones y segundo factor de este sitio, juntos. Lo que se define aquí puede pedir más que el archivo de configuración, nunca menos.
site-in-force = En vigor
site-change = Pedir más
site-change-lead = Todavía no cambia nada: la página siguiente dice a quién dejaría fuera y qué programas fallarían.
site-no-areas = El archivo de configuración no nombra redes ni lugares. Nombre algunos en networks o places y se podrán marcar aquí.
site-only-from = Las personas y los programas llegan solo desde aquí
site-only-from-hint = Redes y lugares del archivo de configuración. Si no se marca ninguno, aquí no se pide nada.
site-more-areas = { $more } más se pueden nombrar en la línea de órdenes.
site-least = Las personas demuestran al menos
site-age = Qué antigüedad puede tener esa prueba
site-age-minutes = { $count ->
    [one] de un minuto como máximo
   *[other] de { $count } minutos como máximo
}
site-age-hours = { $count ->
    [one] de una hora como máximo
   *[other] de { $count } horas como máximo
}
site-age-days = { $count ->
    [one] de un día como máximo
   *[other] de { $count } días como máximo
}
site-or = o
site-way-open = nada
site-way-network = solo la red, para programas
site-way-token = un token de servicio
site-way-certificate = un certificado de cliente
site-way-password = la contraseña; no se pide el segundo factor
site-way-second = un segundo factor
site-way-aal2 = un segundo factor fuerte (AAL2): sin códigos por correo ni navegador recordado
site-way-resistant = una llave de acceso o llave de seguridad
site-way-aal3 = una llave de seguridad avalada por su fabricante (AAL3)
site-unknown = El archivo de configuración ya no nombra estos, y nadie llega desde allí: { $names }
site-whom = A quién dejaría fuera
site-whom-lead = Personas con sesión abierta ahora en este sitio, según desde dónde entraron.
site-sessions = Sesiones
site-count = Cuántas
site-open = Abiertas ahora
site-would-lose = Quedarían fuera
site-would-prove = Tendrían que dar otra prueba
site-among = Entre quienes quedarían fuera:
site-programs = Programas que fallarían
site-no-programs = Ninguno de los admitidos en los últimos 30 días.
site-program = Programa
site-route = Ruta
site-requests = Solicitudes
site-shared = Direcciones compartidas
site-shared-lead = Desde cada una llegan varias personas: lo que vale para la dirección vale para todas.
site-address = Dirección
site-people = Personas
site-kept-out = fuera
site-let-in = admitidas
trouble-locks-out = Se dejaría fuera a sí mismo: no llega desde ninguna de estas redes ni lugares. Marque también la suya, hágalo desde una de ellas o use la línea de órdenes.

user-add = Añadir una cuenta
user-add-does = Crea una cuenta y muestra un enlace, una sola vez, con el que la persona elige una contraseña. Antes nadie puede iniciar sesión en ella.
user-add-name-hint = Vacío: el nombre de usuario.
user-added = La cuenta está creada. Si su contraseña se guarda aquí, cree un enlace con el que la persona elija una.
user-link = Enlace de contraseña
password-elsewhere = se guarda en otro lugar
password-none = aún ninguna
password-set = establecida
password-must-change = establecida; se pide otra en el próximo inicio de sesión
profile-email-hint = Las consolas la conocen. Los códigos van a otro lugar.
profile-groups-hint = Separados por comas. Las consolas pueden permitir más o menos por ellos.
deed-edit = Editar el perfil
deed-edit-does = Las consolas conocen el nombre, la dirección de correo y los grupos. Otra dirección u otros grupos terminan toda sesión abierta (ahora { $sessions }); se avisa a la dirección anterior de que hay otra.
deed-edited = El perfil está cambiado.
deed-issue-link = Crear un enlace de contraseña
deed-issue-link-does = Muestra un enlace, una sola vez, con el que se elige una contraseña en lugar de la actual. Quien lo abra puede hacerlo: asegúrese de quién lo recibe. Un enlace anterior deja de valer. Se avisa a la persona.
deed-require-change = Pedir otra contraseña
deed-require-change-does = En el próximo inicio de sesión se elige otra contraseña antes de que la persona entre; quien tiene un segundo factor lo muestra primero. Las sesiones abiertas (ahora { $sessions }) terminan.
deed-change-required = Se pedirá otra contraseña en el próximo inicio de sesión.
deed-remove = Eliminar la cuenta
deed-remove-does = Todo lo que se guarda de esta cuenta desaparece, también los segundos factores y dispositivos, y nada lo recupera. El registro de auditoría conserva su identificador y lo que se hizo. Sesiones abiertas: { $sessions }.
deed-removed = La cuenta está eliminada.
link-title = Enlace de contraseña
link-once = El enlace se muestra solo esta vez. Entréguelo a la persona por un medio de confianza; no lo escriba en una incidencia.
link-until = Sirve una sola vez, hasta el { $date }.
link-hint = Quien lo abra elige la contraseña y después inicia sesión con ella.
link-site = Sitio al que lleva el enlace
users-import = Importar una tabla
users-import-does = Añade a las personas de una tabla, cada una con una cuenta y sin contraseña. Primero solo se comprueba: se muestra todo lo que está mal y no se añade a nadie.
users-import-ready = { $count ->
    [one] Todo está bien. Se añadirá una cuenta.
   *[other] Todo está bien. Se añadirán { $count } cuentas.
}
users-import-wrong = Algo está mal en la tabla, y no se ha añadido a nadie.
users-import-stopped = No se ha añadido a todos. Quienes están antes de la línea que se muestra tienen su cuenta.
users-imported = Las personas de la tabla tienen sus cuentas. Para cada una, cree un enlace con el que elija una contraseña.
import-quotes = Una celda con una comilla o una coma va entre comillas, y una comilla dentro va doble. Ninguna celda tiene dos líneas.
import-cells = Cada línea tiene tantas celdas como la primera.
import-columns = La primera línea nombra las columnas: login, y cualquiera de name, email, groups, role, cada una una vez.
import-many = Una línea tiene como mucho 4096 bytes, y una tabla aquí como mucho 200 personas; más en la línea de órdenes.
import-twice = Cada nombre de usuario está en una sola línea.
import-name = Un nombre tiene como mucho 256 bytes, sin caracteres invisibles.
import-email = Una dirección de correo tiene la forma nombre@host.
import-groups = Los grupos van separados por comas: como mucho 256 bytes cada uno, 2048 en total.
import-role = Un rol es user, auditor, help_desk, admin u owner; vacío: user.
import-stopped = Esta línea y las siguientes no se han añadido. Inténtelo de nuevo con ellas.
import-line = Línea
import-column = Columna
import-found = Lo que hay
import-allowed = Lo que se permite
import-table = Tabla
import-table-hint = Con comas, como la guardan las hojas de cálculo (CSV). La primera línea nombra las columnas: login, name, email, groups, role; todas menos login pueden faltar.
import-check = Comprobar la tabla
users-export = Exportar una tabla
users-export-does = Todos los que tienen una cuenta, en una tabla: nombre, dirección de correo, grupos, rol, segundos factores, último inicio de sesión. Queda registrado. Guarde el archivo donde solo lo lean quienes pueden.
site-owners-only = Esto es lo que haría. Un propietario puede ponerlo en vigor: también obliga a los propietarios.
site-no-passkey = Personas sin llave de acceso, en todos los sitios
