# The words of the built-in pages, in Spanish. The keys are those of en.ftl, in its order.

## Frame of every page

page-error = Error:
page-skip = Ir al contenido
page-language = Idioma
who-signing-in = Iniciando sesión como { $who }
who-signed-in = Sesión iniciada como { $who }
who-start-again = ¿No es usted? Empezar de nuevo
who-sign-out = ¿No es usted? Cerrar sesión
kept-note = El formulario que estaba enviando se ha conservado. Podrá enviarlo de nuevo cuando haya iniciado sesión.
field-six-digits = Código de verificación de 6 dígitos
button-continue = Continuar
button-confirm = Confirmar
link-first-page = Ir a la página inicial
link-sign-in = Ir al inicio de sesión
link-try-again = Intentarlo de nuevo

## Times

time-day = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
time-moment = { $day }, { $time } UTC
wait-seconds = { $count ->
    [one] dentro de un segundo
   *[other] dentro de { $count } segundos
}
wait-minutes = dentro de { $count ->
    [one] un minuto
   *[other] { $count } minutos
}
wait-hours = dentro de { $count ->
    [one] una hora
   *[other] { $count } horas
}

## What is said of attempts

busy = Muchas personas están iniciando sesión en este momento. Inténtelo de nuevo dentro de unos segundos.
too-many-codes = Demasiados códigos incorrectos. Inténtelo de nuevo { $wait }.
too-many-attempts = Demasiados intentos. Inténtelo de nuevo { $wait }.
code-wrong = Este código no es correcto. Escriba el que la aplicación muestra ahora.
code-wrong-enrol = Este código no es correcto. Escriba el que la aplicación muestra ahora para esta cuenta.
code-spent-challenge = Este código ya se ha usado. Espere a que la aplicación muestre el siguiente y escriba ese.
method-disabled = Demasiados códigos incorrectos: este método de verificación se ha desactivado. Use otro o consulte a su administrador.
method-not-offered = Esto no se puede usar aquí.
backup-code-spent = Este código de respaldo ya se ha usado. Use otro.
backup-code-wrong = No es ninguno de sus códigos de respaldo sin usar. Compruébelo carácter por carácter.
enrol-expired = El código QR era demasiado antiguo. Elimine la entrada de la aplicación y escanee el nuevo código QR de arriba.

## Sign-in

sign-in-title = Iniciar sesión
sign-in-lead = para continuar en { $site }
sign-in-login = Nombre de usuario
sign-in-password = Contraseña
sign-in-show = Mostrar
sign-in-hide = Ocultar
sign-in-show-password = Mostrar la contraseña
sign-in-button = Iniciar sesión
sign-in-wrong = El nombre de usuario y la contraseña no coinciden. Compruébelos e inténtelo de nuevo.
sign-in-timed-out = Su inicio de sesión tardó demasiado o ha terminado. Inicie sesión de nuevo.
sign-in-no-cookie = Su navegador no devolvió nuestra cookie. Permita las cookies para este sitio e inténtelo de nuevo.
sign-in-stale = Esta página ha estado abierta demasiado tiempo. Inicie sesión ahora.
sign-in-not-kept = Primero tiene que iniciar sesión. Lo que estaba enviando no se ha podido conservar; tendrá que enviarlo de nuevo.

## Second factor

second-first-lead = Inicie sesión en { $site } en dos pasos: primero su código y después su contraseña en la consola.
second-first-code = Código
second-first-hint = El código de 6 dígitos de su aplicación de autenticación, o un código de respaldo.
second-first-wrong = El nombre de usuario o el código no es correcto.
second-first-none = Todavía no he configurado un segundo factor
second-first-none-hint = Inicie sesión en la consola con su contraseña. Si indica que ha fallado, vuelva a cargar su página: entonces configurará su segundo factor.
challenge-title = Escriba su código
challenge-again-title = Confirme que es usted
challenge-app = Abra su aplicación de autenticación y escriba el código de 6 dígitos para { $issuer }.
challenge-again = Ha iniciado sesión, pero lo que va a abrir pide un código nuevo.
challenge-backup-title = Escriba un código de respaldo
challenge-backup = Uno de los códigos que guardó al configurar su aplicación de autenticación. Cada uno sirve una sola vez.
challenge-backup-label = Código de respaldo
challenge-backup-hint = 16 letras y cifras. Los guiones, los espacios y las mayúsculas no importan.
challenge-use-backup = Usar un código de respaldo
challenge-use-app = Usar la aplicación de autenticación
challenge-no-backup = No tengo códigos de respaldo
challenge-no-phone = No tengo mi teléfono
challenge-try-backup = Use uno de los diez códigos de respaldo que guardó al configurar su aplicación.
challenge-try-app = Use su aplicación de autenticación, si aparece el teléfono.
challenge-try-administrator = Si no tiene a mano ninguno de los dos, pida a su administrador que restablezca su segundo factor.
challenge-first-page = Ir a la página inicial en su lugar

## Setting up an authenticator app

enrol-title = Configure su aplicación de autenticación
enrol-lead = Para iniciar sesión aquí necesita su contraseña y un código de una aplicación en su teléfono. La configuración tarda alrededor de un minuto y solo se hace esta vez.
enrol-app = Necesita una aplicación de autenticación
enrol-app-hint = Sirve cualquier aplicación de códigos de un solo uso. Si aún no tiene ninguna, instale una de estas:
enrol-new-tab = (se abre en una pestaña nueva)
enrol-scan = Escanee este código QR con la aplicación
enrol-scan-hint = En la aplicación, elija añadir una cuenta (a menudo un signo más) y apunte con la cámara aquí.
enrol-qr = Código QR para su aplicación de autenticación. La misma clave está escrita al lado.
enrol-on-phone = ¿Está en el propio teléfono?
enrol-open-app = Abrir en la aplicación
enrol-by-hand = ¿No puede escanear?
enrol-by-hand-hint = Escriba esta clave en la aplicación, para la cuenta { $account }:
enrol-code = Escriba el código que muestra la aplicación
enrol-handed-title = Escriba el código de la aplicación que ha recibido
enrol-handed-lead = Un administrador ha configurado una aplicación de autenticación para usted. Escriba las seis cifras que muestra ahora: a partir de ese momento, para iniciar sesión aquí hacen falta su contraseña y un código de esa aplicación.
enrol-handed-own = Configurar algo propio en su lugar
enrol-handed-own-hint = Si nadie le ha dado una aplicación, o prefiere usar otra: la que ha recibido deja entonces de servir.
enrol-handed-void = La aplicación que recibió ya no se puede usar. Configure una propia o pida otra a su administrador.

## Backup codes

codes-title = Sus códigos de respaldo
codes-first = Configurado. Ahora guarde estos códigos
codes-first-lead = Si pierde lo que acaba de configurar, uno de estos códigos de respaldo le permite entrar. Cada uno sirve una sola vez. Solo se muestran ahora.
codes-renewed = Sus nuevos códigos de respaldo
codes-renewed-lead = Sus códigos antiguos dejarán de funcionar cuando confirme abajo que ha guardado estos.
codes-printed = Códigos de respaldo de { $who }, creados el { $made }. Cada uno sirve una sola vez.
codes-list = Códigos de respaldo
codes-print = Imprimir
codes-download = Descargar
codes-keep-secure = Guárdelos en un lugar seguro: en un gestor de contraseñas, o en papel en un sitio cerrado con llave.
codes-do-not-share = No los comparta con nadie. Ningún administrador le pedirá uno.
codes-like-password = Trate cada uno como una contraseña: quien lo tenga puede iniciar sesión como usted.
codes-stored = He guardado estos códigos en un lugar seguro
codes-store-first = Guarde primero los códigos y marque después la casilla.
codes-replaced = Estos códigos se sustituyeron por otros más nuevos. Use esos o cree otros aquí.
codes-file-title = { $brand }: códigos de respaldo de { $login } para { $site }
codes-file-made = Creados el { $day }. Cada uno sirve una sola vez, en lugar de un código de la aplicación.
codes-file-advice = Guárdelos en un lugar seguro. No los comparta. Trate cada uno como una contraseña.
few-codes-title = Quedan pocos códigos de respaldo
few-codes-left = { $left ->
    [0] Ese era su último código de respaldo
    [one] Le queda un código de respaldo
   *[other] Le quedan { $left } códigos de respaldo
}
few-codes-lead = Ha iniciado sesión. Cree códigos nuevos en la página de su cuenta mientras tenga la aplicación a mano; los antiguos dejarán entonces de funcionar.
few-codes-account = Ir a mi cuenta

## Account

account-title = Su cuenta
account-unconfirmed = Aún no ha confirmado que ha guardado sus códigos de respaldo. Si no los tiene, cree otros abajo.
account-factors = Segundos factores
account-factors-none = No hay ninguno configurado.
account-factor-kind = Tipo
account-factor-name = Nombre
account-factor-created = Configurado
account-factor-used = Último uso
account-factor-unused = nunca
account-codes = Códigos de respaldo
account-codes-left = Quedan { $left } de 10
account-codes-made = , creados el { $made }
account-new-codes = Crear nuevos códigos de respaldo
account-sessions = Sesiones
account-sessions-count = { $sessions ->
    [one] Solo tiene la sesión iniciada aquí.
   *[other] Tiene la sesión iniciada en { $sessions } lugares.
}
account-sign-out = Cerrar sesión
account-sign-out-everywhere = Cerrar todas las sesiones
account-back = Volver a { $site }
account-required = Se le exige un segundo factor.
account-recovering = Ha iniciado sesión con un código de respaldo. Si ha perdido algo con lo que inicia sesión, sustitúyalo aquí en los próximos diez minutos.
account-factor-change = Cambiar el nombre de { $name } o quitarlo
account-factor-lost = He perdido { $name }
account-lost-hint = ¿Ha perdido alguno? Cierre la sesión, iníciela con un código de respaldo y sustitúyalo aquí.
account-codes-link = Mostrar los códigos o crear nuevos
account-password = Contraseña
account-password-link = Cambiar la contraseña
account-sessions-link = Ver dónde, y cerrar sesiones
account-done-renamed = El nombre se ha cambiado.
account-done-removed = Se ha quitado. Sus demás sesiones se han cerrado.
account-done-replaced = Se ha sustituido. Sus demás sesiones se han cerrado.
account-done-password = Su contraseña se ha cambiado. Sus demás sesiones se han cerrado.
add-passkey = Añadir una llave de acceso o una llave de seguridad
add-totp = Añadir una aplicación de autenticación
add-email = Añadir códigos por correo electrónico
add-sms = Añadir códigos por SMS

## Account: one second factor

factor-rename = Cambiar el nombre
factor-name-wrong = Un nombre tiene de 1 a 40 caracteres.
factor-remove-heading = Quitarlo
factor-remove-hint = Ya no servirá para iniciar sesión. Sus demás sesiones se cerrarán.
factor-remove = Quitar
factor-stays = No se puede quitar: se le exige un segundo factor y este es el último. Añada antes otro.
lost-title = Ha perdido { $name }
lost-lead = Configure algo nuevo en su lugar. Lo perdido deja de funcionar en ese momento y sus demás sesiones se cierran.
lost-replace = Configurar un sustituto
lost-remove = Solo quitarlo

## Account: backup codes

codes-kept = Puede ver los códigos que quedan. Queda registrado que se han mostrado.
codes-not-kept = Los códigos solo se muestran al crearlos. Si ya no los tiene, cree otros.
codes-show = Mostrar los códigos
codes-renew-hint = Los códigos nuevos sustituyen a todos los antiguos.
codes-shown-lead = Estos son los códigos que quedan. Cada uno sirve una vez.

## Account: sessions

sessions-lead = Dónde ha iniciado sesión. Si no reconoce alguna, ciérrela y cambie su contraseña.
sessions-prove = Antes de cerrar alguna, demuestre que es usted.
sessions-prove-link = Confirmar que es usted
sessions-browser-unknown = Navegador desconocido
sessions-here = esta
sessions-site = Sitio
sessions-address = Dirección
sessions-place = Lugar
sessions-began = Comienzo
sessions-active = Última actividad
sessions-end = Cerrar esta sesión
sessions-others = Todas las demás
sessions-end-others = Cerrar todas las demás sesiones
sessions-done-one = La sesión se ha cerrado.
sessions-done-others = Todas sus demás sesiones se han cerrado.

## Account: password

password-lead = Sus demás sesiones se cerrarán cuando cambie.
password-old = Contraseña actual
password-new = Contraseña nueva
password-again = Contraseña nueva otra vez
password-hint = Al menos { $least } caracteres. Unas palabras al azar son buena elección.
password-unequal = Las dos contraseñas nuevas no son iguales.
password-old-wrong = Esta no es su contraseña actual.
password-too-short = Una contraseña necesita al menos { $least } caracteres.
password-too-long = Esta contraseña es demasiado larga.
password-common = Esta contraseña es de las que los atacantes prueban primero. Elija otra.
password-contains-login = Una contraseña no debe contener su nombre de usuario.

## Signing out

sign-out-title = Cerrar sesión
sign-out-question = ¿Cerrar la sesión?
sign-out-who = Ha iniciado sesión como { $login }. Al cerrarla terminan esta sesión y todo lo que tenga abierto en ella.
sign-out-button = Cerrar sesión
sign-out-stay = Mantener la sesión
signed-out-title = Sesión cerrada
signed-out-heading = Ha cerrado la sesión
signed-out-everywhere = Todas sus sesiones han terminado, en este dispositivo y en todos los demás.
signed-out-here = Su sesión en este dispositivo ha terminado.
signed-out-again = Iniciar sesión de nuevo

## A form that was kept

kept-form-title = Su formulario no se ha perdido
kept-form-lead = Tenía que iniciar sesión antes de que se pudiera enviar a { $target }. Todavía no se ha enviado nada.
kept-form-fields = { $count ->
    [one] Contiene un campo
   *[other] Contiene { $count } campos
}
kept-form-send = Enviarlo ahora
kept-form-discard = No enviarlo

## Refusals: headings, ways on, and what surrounds them

refusal-request-number = Número de solicitud
refusal-your-address = Su dirección
refusal-other-account = Usar otra cuenta
heading-nothing-here = No hay nada en esta dirección
heading-send-again = Envíe de nuevo el formulario
heading-not-signed-in = No ha iniciado sesión
heading-sign-in-again = Inicie sesión de nuevo
heading-token = El token de servicio se ha rechazado
heading-too-much = Era demasiado
heading-too-long = Ha tardado demasiado
heading-connections = Demasiadas conexiones
heading-attempts = Demasiados intentos
heading-moment = Un momento, por favor
heading-impossible = Ahora mismo no se puede iniciar sesión
heading-console-unavailable = La consola no está disponible
heading-console-wrong = La consola dio una respuesta incorrecta
heading-console-slow = La consola tarda demasiado
heading-where = No está claro dónde se encuentra
heading-account = No con esta cuenta
heading-programs = Esta dirección es para programas
heading-not-from-here = No desde aquí
heading-refused = Esta solicitud se ha rechazado
not-found-heading = Esta página no existe
not-found = La dirección pertenece al servicio de inicio de sesión, pero no hay nada en ella.
    .next = Compruebe si la dirección tiene errores de escritura o empiece por la página inicial de la consola.
enrolment-closed-heading = No se puede configurar su segundo factor
enrolment-closed = Su cuenta aún no tiene una aplicación de autenticación, y el plazo para configurar una por su cuenta ha terminado.
    .next = Pida a su administrador que lo abra de nuevo; después inicie sesión y configure la aplicación.
enrolment-closed-sign-on = El servicio de inicio de sesión de su organización no indicó que usted presentara allí un segundo factor, por lo que aquí no puede configurar ninguno.
    .next = Cierre allí la sesión, vuelva a iniciarla con su segundo factor y regrese. Si ya no tiene ninguno, pida a su administrador un código de recuperación.
no-method-heading = No hay manera de comprobar que es usted
no-method = Nada de lo configurado en su cuenta se puede usar en este momento.
    .next = Pida a su administrador que restablezca su segundo factor.
too-few-heading = Hace falta otro segundo factor
too-few = Se le pide tener más segundos factores de los que se pueden configurar aquí.
    .next = Pida a su administrador que permita más tipos, o que pida menos.
for-programs-certificate = Aquí solo se admiten programas con un certificado de cliente. Una persona no puede iniciar sesión.
    .next = Si ha llegado por un enlace, vuelva atrás. Si es su programa el que tiene que entrar, pida un certificado a su administrador.
for-programs-token = Aquí solo se admiten programas con un token de servicio. Una persona no puede iniciar sesión.
    .next = Si ha llegado por un enlace, vuelva atrás. Si es su programa el que tiene que entrar, pida un token a su administrador.

## Proof in another window

proved-title = Confirmado
proved-heading = Es usted
proved-close = Puede cerrar esta ventana y continuar donde estaba.
retry-message = Lo que está haciendo exige una prueba de que es usted.
retry-open = Demostrarlo en una ventana nueva
retry-cancel = Ahora no

## Refusals: what happened and why, then what to do next

refusal-upstream-unreachable = La consola que hay detrás de esta página no responde: no se pudo establecer una conexión con ella, o la cerró.
    .next = Inténtelo de nuevo dentro de un minuto. Si estaba cambiando algo, compruebe primero si se hizo. Si continúa, avise a los responsables de la consola.
refusal-upstream-unavailable = La consola que hay detrás de esta página no está funcionando en este momento: ninguno de sus servidores responde.
    .next = Inténtelo de nuevo dentro de un minuto. Si continúa, avise a los responsables de la consola.
refusal-upstream-timeout = La consola que hay detrás de esta página tardó demasiado en responder.
    .next = Inténtelo de nuevo. Si estaba cambiando algo, compruebe primero si se hizo.
refusal-upstream-invalid = La consola que hay detrás de esta página dio una respuesta que incumple las reglas de la web, por lo que no se transmitió.
    .next = Inténtelo de nuevo. Si continúa, avise a los responsables de la consola e indique el número de solicitud que figura abajo.
refusal-throttled = Ha habido demasiados intentos.
    .next = Espere un momento e inténtelo de nuevo. No se ha perdido nada y su cuenta no está bloqueada.
refusal-busy = Demasiadas personas están iniciando sesión en este momento.
    .next = Inténtelo de nuevo dentro de unos segundos.
refusal-too-slow = La conexión era demasiado lenta.
    .next = Inténtelo de nuevo donde la red sea mejor.
refusal-session-over = La sesión ha terminado.
    .next = Inicie sesión de nuevo.
refusal-draining = El servicio de inicio de sesión se está reiniciando.
    .next = Inténtelo de nuevo dentro de unos segundos.
refusal-unable = El servicio de inicio de sesión no puede comprobar nada en este momento, por lo que no deja pasar a nadie.
    .next = Inténtelo de nuevo dentro de un minuto. Si continúa, indique a su administrador el número de solicitud que figura abajo.
refusal-unknown-host = En esta dirección no se ofrece ninguna consola.
    .next = Compruebe si la dirección tiene errores de escritura o pregunte a su administrador cuál debe usar.
refusal-cross-site = Este formulario no se envió desde la página a la que pertenece, o la página estuvo abierta demasiado tiempo.
    .next = Vuelva atrás, recargue la página y envíe de nuevo el formulario.
refusal-cookie = Su navegador envió un inicio de sesión que no se puede usar aquí.
    .next = Se ha eliminado. Recargue la página e inicie sesión de nuevo.
refusal-form = El formulario estaba incompleto o se envió con campos que no tiene.
    .next = Vuelva atrás, recargue la página y rellénelo de nuevo.
refusal-login-unclear = El formulario de inicio de sesión no indica con claridad quién inicia sesión.
    .next = Vuelva a la página de inicio de sesión, recárguela y rellénela de nuevo.
refusal-login-refused = No ha iniciado sesión. El nombre de usuario o la contraseña no son correctos, o la respuesta de la consola no es un sí claro.
    .next = Vuelva a la página de inicio de sesión e inténtelo de nuevo.
refusal-statement-missing = Aquí solo puede iniciar sesión a través del servicio de inicio de sesión de su organización, y este no indicó quién es usted.
    .next = Abra la dirección habitual, inicie sesión allí y vuelva. Si no ayuda, avise a quien administra este sitio.
refusal-statement-unclear = El servicio de inicio de sesión de su organización no indicó con claridad quién es usted, o su indicación ya no es válida.
    .next = Recargue la página. Si no ayuda, cierre la sesión allí e iníciela de nuevo, o avise a quien administra este sitio.
refusal-plain-http = Este sitio solo se ofrece por HTTPS.
    .next = Use la misma dirección con https:// delante.
refusal-streams = Esta sesión ya tiene abiertas tantas conexiones como puede tener.
    .next = Cierre otras pestañas de la consola e inténtelo de nuevo.
refusal-websocket = El programa que hizo la solicitud no usa WebSocket como debería.
    .next = Actualice el programa o el navegador.
refusal-body = Se envió más de lo que esta página acepta.
    .next = Vuelva atrás y envíe menos.
refusal-service-worker = Este sitio no permite scripts en segundo plano (service workers).
    .next = No tiene que hacer nada; un administrador puede permitirlos para el sitio.
refusal-client-address = No se pudo determinar de dónde viene esta solicitud.
    .next = Avise a su administrador e indique el número de solicitud que figura abajo.
refusal-ambiguous = La solicitud no se puede leer de una única manera, por lo que no se transmitió.
    .next = Compruebe si la dirección tiene caracteres extraños o empiece por la página inicial de la consola.
refusal-shut-out = Esta página no se puede usar desde donde está: la red o la región en la que se encuentra está excluida.
    .next = Conéctese desde otra red, como la de su oficina o su VPN, e inténtelo de nuevo. Si debería tener acceso desde aquí, consulte a su administrador e indique el número de solicitud y su dirección, que figuran abajo.
refusal-not-allowed = Esta página solo se puede usar desde determinadas redes o regiones, y usted no está en ninguna de ellas.
    .next = Conéctese desde la red de su oficina o a través de su VPN e inténtelo de nuevo. Si debería tener acceso desde aquí, consulte a su administrador e indique el número de solicitud y su dirección, que figuran abajo.
refusal-place-not-allowed = Esta página solo se puede usar desde determinadas regiones, y parece que usted está en otro lugar.
    .next = Si está en el extranjero, o una VPN hace que lo parezca, conéctese desde casa o a través de la VPN de su oficina e inténtelo de nuevo. Si no, consulte a su administrador e indique el número de solicitud y su dirección, que figuran abajo.
refusal-place-unknown = Esta página solo se puede usar desde determinadas regiones, y no se pudo determinar dónde está usted.
    .next = Conéctese desde la red de su oficina o a través de su VPN e inténtelo de nuevo. Si no, consulte a su administrador e indique el número de solicitud y su dirección, que figuran abajo.
refusal-person = Ha iniciado sesión, pero esta página es para otras personas.
    .next = Vuelva atrás o use otra cuenta. Si necesita la página, pida acceso a su administrador.
refusal-machine-only = Esta dirección es para programas de determinadas redes. Una página de otro sitio envió su navegador aquí, por lo que la solicitud no se transmitió.
    .next = Cierre la página de la que viene. Si quería venir aquí, escriba usted mismo la dirección.
refusal-token-invalid = El token de servicio no es válido: está mal escrito, ha caducado o se ha revocado.
    .next = Pida uno nuevo donde se emitió este.
refusal-token-scope = El token de servicio es válido, pero no para esta solicitud: el sitio, la ruta, el método o la red es otro.
    .next = Pida un token que abarque la solicitud donde se emitió este.

## Second factors

factor-password = Contraseña
factor-passkey = Llave de acceso o de seguridad
factor-totp = Aplicación de autenticación
factor-email = Código por correo
factor-sms = Código por SMS
factor-backup-code = Códigos de respaldo
factor-recovery-code = Código de recuperación
factor-remembered-device = Dispositivo recordado
factor-federated = Servicio de inicio de sesión
factor-federated-mfa = Segundo factor en el servicio de inicio de sesión
set-up-passkey = Su huella, su rostro o su PIN en este dispositivo, o una llave que conecta. Lo más seguro: una página falsa no obtiene nada.
set-up-totp = Una aplicación de su teléfono muestra un código nuevo cada 30 segundos.
set-up-email = Le enviamos un código cada vez. Menos seguro que los demás.
set-up-sms = Le enviamos un código por SMS cada vez. Funciona con cualquier teléfono móvil.
enrol-choice = Configurar un segundo factor
enrol-choice-lead = Iniciar sesión aquí exige más que su contraseña. Elija qué quiere usar; más tarde podrá añadir otros.
enrol-choice-further = Añadir un segundo factor
enrol-choice-further-lead = ¿Qué quiere usar además de lo que tiene?
account-back-to = Volver a mi cuenta
challenge-use-recovery = Usar un código de recuperación
challenge-use-passkey = Usar una llave de acceso o de seguridad
challenge-use-email = Recibir un código por correo
challenge-use-sms = Recibir un código por SMS
challenge-particular = Ha iniciado sesión, pero lo que quiere abrir pide además esta prueba.
challenge-change = Ha iniciado sesión. Para cambiar su cuenta, confirme una vez más que es usted.
no-such-proof-heading = Se necesita otra prueba
no-such-proof = Lo que está abriendo pide una prueba que su cuenta aún no tiene.
    .next = Pida a su administrador que la configure con usted, o vuelva atrás.
no-such-proof-passkey = Lo que está abriendo pide una llave de acceso o de seguridad, y su cuenta no tiene ninguna que sirva aquí.
    .next = Configure una y vuelva a abrir la página.
link-set-up = Configurar una

## Codes by e-mail and SMS

sent-title-email = Recibir un código por correo
sent-title-sms = Recibir un código por SMS
sent-title-enter = Escriba el código enviado
sent-lead-email = Enviamos un código a { $to }. Es válido durante diez minutos.
sent-lead-sms = Enviamos un código a su teléfono { $to }. Es válido durante diez minutos.
sent-done-email = Hemos enviado un código a { $to }. Es válido durante diez minutos. Si no llega, mire en la carpeta de correo no deseado.
sent-done-sms = Hemos enviado un código a su teléfono { $to }. Es válido durante diez minutos.
sent-button = Enviar código
sent-again = Enviar otro código
sent-field = Código
sent-wrong = Este código no es correcto o es demasiado antiguo. Escriba el último enviado, o pida otro.
sent-wait = Ya se enviaron bastantes códigos. Pida otro { $wait }; el que ya le haya llegado puede seguir siendo válido.
sent-none-email = Su cuenta no tiene dirección de correo para códigos. Pida a su administrador que registre una, o use otro medio.
sent-none-sms = Su cuenta no tiene número de móvil para códigos. Pida a su administrador que registre uno, o use otro medio.
sent-cannot-receive = No puedo recibir este código
sent-ask-administrator = Si no tiene otro medio a mano, pida a su administrador que restablezca su segundo factor.
sent-other-ways = Usar otro medio
contact-title-email = Configurar códigos por correo
contact-title-sms = Configurar códigos por SMS
contact-lead-email = Para iniciar sesión hará falta su contraseña y un código que enviamos a esta dirección. Solo se usa para eso.
contact-lead-sms = Para iniciar sesión hará falta su contraseña y un código que enviamos a este número. Solo se usa para eso.
contact-field-email = Dirección de correo
contact-field-sms = Número de móvil
contact-hint-sms = Con el prefijo del país: +49 151 23456789
contact-validate = Validar
contact-other-email = Usar otra dirección
contact-other-sms = Usar otro número
contact-bad-email = No es una dirección de correo. Tiene la forma nombre@servidor, por ejemplo ann@example.org.
contact-bad-sms = No es un número de móvil con el prefijo del país, por ejemplo +49 151 23456789.
contact-unusable-email = No se pueden enviar códigos a esta dirección. Use otra, o pregunte a su administrador.
contact-unusable-sms = No se pueden enviar códigos a este número. Use otro, o pregunte a su administrador.

## Letters and text messages

text-code = { $code } es su código para { $host }. No lo diga a nadie.
letter-code-subject = Su código para { $host }
letter-code-prove = Alguien está iniciando sesión en { $host } con su contraseña.
letter-code-bind = Alguien quiere recibir en esta dirección códigos para { $host }.
letter-code-use = Escriba este código en esa página. Es válido durante diez minutos y una sola vez.
letter-code-prove-not-you = Si no es usted, alguien conoce su contraseña: cámbiela y avise a su administrador.
letter-code-bind-not-you = Si no es usted, no tiene que hacer nada: sin el código no ocurre nada.
letter-code-nobody = No diga el código a nadie: nadie de { $brand } se lo pedirá.
text-notice = { $brand }: { $what }. Cuenta { $login }. ¿No fue usted? Avise a su administrador.
text-notice-of-all = { $brand }: { $what }. Si no lo hizo nadie que conozca, averigüe quién fue.
notice-about = Esto ocurrió con la cuenta { $login } en { $brand }.
notice-about-all = Esto ocurrió en { $brand } y no se refiere a ninguna cuenta en particular.
notice-not-you = Si no fue usted ni alguien a petición suya, cambie su contraseña y avise enseguida a su administrador. Este mensaje no tiene enlaces: vaya al sitio como siempre.
notice-not-yours = Se le informa porque es propietario. Si no lo emitió ningún administrador que conozca, averigüe quién fue y revóquelo enseguida.
notice-not-known = Se le informa porque es propietario. Si no lo hizo ningún administrador que conozca, averigüe quién fue: el registro de auditoría dice más. De lo que se hace en la línea de comandos le escribimos como mucho una vez por hora; el registro de auditoría lo contiene todo.
notice-when = Cuándo
notice-from = Desde la dirección
notice-place = Lugar
notice-browser = Navegador
notice-site = Sitio
notice-factor = Por medio de
notice-by = Por
notice-by-account = alguien que entró en esta cuenta o conoce su contraseña
notice-by-administrator = un administrador
notice-record = En el registro de auditoría
notice-bound = Se configuró un segundo factor
notice-removed = Se quitó un segundo factor
notice-disabled = Se desactivó un segundo factor tras demasiados códigos falsos
notice-reset = Se quitaron todos los segundos factores
notice-codes = Se crearon nuevos códigos de respaldo
notice-codes-shown = Se volvieron a mostrar los códigos de respaldo
notice-code-used = Se usó un código de respaldo
notice-recovery-issued = Se emitió un código de recuperación para usted
notice-recovery-issued-owner = Se emitió un código de recuperación para alguien
notice-policy-owner = Se cambió quién debe tener un segundo factor
notice-site-policy-owner = Se cambió lo que pide un sitio
notice-command-line-owner = Se hizo algo en la línea de comandos de la pasarela
notice-recovery-used = Se utilizó un código de recuperación
notice-handed = Se configuró una aplicación de autenticación para usted; cuenta en cuanto escriba su código
notice-refused = Alguien dio su contraseña, pero un segundo factor falso
notice-password = Se cambió la contraseña
notice-password-link = Se creó un enlace con el que se puede elegir una contraseña nueva
notice-email = Se cambió o se quitó la dirección de correo de su perfil
notice-role = Se cambió el rol de su cuenta
notice-new-place = Alguien inició sesión desde un lugar nuevo
notice-reminder = Configure pronto un segundo factor
notice-reminder-about = A partir del { $date } nadie inicia sesión en la cuenta { $login } de { $brand } sin un segundo factor. Inicie sesión antes como siempre y configure uno. Este mensaje no tiene enlaces.
notice-changed = Algo cambió en su cuenta
## Devices

devices = Dispositivos
devices-lead = Navegadores que se conocen aquí porque usted lo pidió. Quite los que ya no use: quien tenga ahí una sesión la perderá.
devices-none = No hay ningún navegador registrado.
devices-here = este navegador
devices-created = Registrado
devices-remembered = Vale como segundo factor hasta
devices-verified = Dispositivo verificado hasta
devices-waiting = un administrador tiene que aprobarlo
devices-remove = Quitar
devices-register = Registrar este navegador
devices-register-about = Algunas páginas solo se abren en un navegador que usted ha registrado. Para ello da una vez su segundo factor y después vuelve a iniciar sesión. No sustituye ninguna prueba.
devices-register-this = Registrar este navegador como dispositivo verificado
devices-done-registered = Este navegador está registrado. Vuelva a iniciar sesión y se abrirán aquí las páginas que piden un dispositivo verificado.
devices-done-removed = El navegador se ha quitado.
devices-remember = No pedir un código en este navegador durante { $days } días
devices-remember-hint = Solo en un dispositivo que nadie más use. Puede deshacerlo en la página de su cuenta.
refusal-device = Esta página solo se abre en un navegador que usted haya registrado como dispositivo verificado.
    .next = Registre este navegador en la página de su cuenta y vuelva a iniciar sesión. Si aún espera aprobación, pregunte a su administrador.
heading-device = No en este navegador
link-devices = Ir a mis dispositivos
account-devices = Dispositivos que ha registrado

## Passkeys

passkey-title = Use su llave de acceso
passkey-lead = Su navegador la pide: su huella, rostro o PIN en este dispositivo, o su llave de seguridad.
passkey-again = Ha iniciado sesión, pero lo que va a abrir pide una prueba nueva.
passkey-use = Usar la llave de acceso
passkey-lost = No tengo mi llave de acceso
passkey-try-other = Demuestre quién es de otra de sus formas.
passkey-no-script = Las llaves de acceso necesitan JavaScript, que está desactivado en este navegador. Use otra forma, o actívelo.
passkey-unsupported = Este navegador no puede usar llaves de acceso. Use otra forma, u otro navegador.
passkey-cancelled = No llegó nada de su llave de acceso: se canceló, tardó demasiado, o no está en este dispositivo. Inténtelo de nuevo, o use otra forma.
passkey-registered = Este dispositivo o esta llave ya está configurado.
passkey-failed = Su navegador no pudo usar una llave de acceso aquí. Inténtelo de nuevo, o use otra forma.
passkey-wrong = Esa llave de acceso no fue aceptada. Inténtelo de nuevo, o use otra forma.
passkey-sign-in = Iniciar sesión con una llave de acceso
passkey-sign-in-wrong = Esa llave de acceso no fue aceptada. Inténtelo de nuevo, o inicie sesión con usuario y contraseña.
passkey-enrol-title = Configurar una llave de acceso
passkey-enrol-lead = Con una llave de acceso entra por su huella, rostro o PIN en este dispositivo, o por una llave que conecta. Solo funciona en este sitio, así que nadie puede sacársela con engaños.
passkey-enrol-name = Nombre
passkey-enrol-name-hint = Para distinguirla de otras más tarde, por ejemplo: Portátil del trabajo.
passkey-enrol-button = Crear la llave de acceso
passkey-enrol-other = Configurar otra cosa
passkey-enrol-wrong = No se pudo configurar esta llave de acceso. Inténtelo de nuevo, o use otro dispositivo.

## Putting off a second factor, and recovery codes

set-up-title = Proteja su cuenta
set-up-lead = Con un segundo factor su cuenta sigue siendo suya, aunque alguien averigüe su contraseña. Configurarlo lleva más o menos un minuto.
set-up-until = Puede aplazarlo hasta el { $date }. A partir de entonces nadie inicia sesión aquí sin un segundo factor.
set-up-optional = No es obligatorio. Volverá a encontrarlo en su cuenta.
set-up-recovered = Ha iniciado sesión con un código de recuperación, que solo sirve una vez. Configure ahora un segundo factor; si no, la próxima vez necesitará otro código.
set-up-now = Configurar ahora
set-up-later = Ahora no
add-another-title = Añada otra manera de iniciar sesión
add-another-why = Se le pide tener { $asked } segundos factores, y tiene { $held }. Si pierde uno, aún puede entrar con otro.
add-another-until = Puede aplazarlo hasta el { $date }. A partir de entonces nadie entra aquí con menos.
recovery-title = Introduzca su código de recuperación
recovery-lead = El código de recuperación se lo da su administrador. Sirve una sola vez y por poco tiempo, para que pueda configurar un nuevo segundo factor.
recovery-late = Su cuenta aún no tiene un segundo factor, y su contraseña sola ya no basta para configurarlo. Pida a su administrador un código de recuperación e introdúzcalo aquí.
recovery-sign-on = El servicio de inicio de sesión de su organización no indicó que usted presentara allí un segundo factor, por lo que necesita un código de recuperación para configurar uno aquí. Cierre allí la sesión, vuelva a iniciarla con su segundo factor y regrese; o pida un código a su administrador e introdúzcalo aquí.
recovery-label = Código de recuperación
recovery-wrong = Este código de recuperación no es válido. Compruébelo letra por letra; solo sirve una vez y por poco tiempo.
recovery-back = Usar otro método
recovery-none = No tengo un código de recuperación
recovery-ask = Pida uno a su administrador. Se asegurará de que es usted quien lo pide.
account-set-up = Configurar un segundo factor
account-optional = No se le exige un segundo factor. Hace que su cuenta sea más segura.
account-required-until = A partir del { $date } debe tener un segundo factor.
account-minimum = Se le exigen al menos { $asked } segundos factores.
account-minimum-until = A partir del { $date } debe tener al menos { $asked } segundos factores.
help-title = Ayuda para iniciar sesión
help-lead = Cómo se inicia sesión con un segundo factor y qué hacer cuando falta algo.
help-link = Ayuda
help-why-title = Por qué un segundo factor
help-why = Una contraseña se puede adivinar, ver o robar sin que nadie lo note. Con un segundo factor no basta: quien quiera entrar necesita además algo que usted tiene.
help-first-title = La primera vez
help-first-one = Inicie sesión como siempre, con su nombre de usuario y su contraseña.
help-first-two = Se le pide que configure un segundo factor. Para una aplicación de autenticación, ábrala en su teléfono, escanee la imagen y escriba los seis dígitos que muestra.
help-first-three = Recibe diez códigos de respaldo. Imprímalos o guárdelos donde los encuentre sin su teléfono, y confírmelo.
help-ways-title = Qué puede ser un segundo factor
help-ways = Su organización decide cuáles se le ofrecen. Puede tener varios, y es lo prudente.
help-way-passkey = Una llave de acceso o llave de seguridad: su dispositivo pide su huella, su cara o su PIN. Solo funciona en la página correcta, así que nadie puede sacársela con engaños.
help-way-app = Una aplicación de autenticación: muestra un código nuevo cada medio minuto y no necesita red.
help-way-sent = Un código por correo o SMS: cómodo, pero más débil que los demás, porque los mensajes se pueden leer o desviar.
help-codes-title = Códigos de respaldo
help-codes = Cada código sirve una vez, en lugar de su segundo factor. En la página del código elija «{ challenge-use-backup }». En su página de cuenta hay nuevos, que anulan los anteriores.
help-new-title = Tengo un teléfono nuevo
help-new = Configúrelo antes de desprenderse del viejo: inicie sesión, abra su página de cuenta, añada la nueva aplicación o llave de acceso y quite después la vieja.
help-lost-title = He perdido el teléfono o está roto
help-lost-one = En la página del código elija «{ challenge-use-backup }» y escriba uno de sus códigos. Después, en su página de cuenta, indique qué segundo factor ha perdido y configure otro.
help-lost-two = Sin códigos de respaldo, pida un código de recuperación a su administración y elija «{ challenge-use-recovery }». Allí comprobarán que es usted quien lo pide.
help-wrong-title = Mi código no se acepta
help-wrong = Un código de la aplicación: espere al siguiente y escriba ese, y deje que el teléfono ajuste su hora. Un código por mensaje: escriba el último enviado, o pida otro. Tras varios códigos erróneos hay que esperar un poco: la página dice hasta cuándo.
help-stranger-title = Me avisaron de algo que no hice yo
help-stranger = Cambie su contraseña, elija «{ account-sign-out-everywhere }», revise sus segundos factores y sesiones en la página de cuenta y avise enseguida a su administración. Nadie de su organización le pedirá nunca un código.
help-shared-title = En un ordenador que no es suyo
help-shared = Cierre la sesión al terminar y no deje que se recuerde el ordenador.
help-account = Mi página de cuenta

owners-title = Segundo factor de los propietarios
owners-lead = Lo que se pide a los propietarios se fija aparte de todos los demás: aquí y en la línea de comandos. Vale lo más estricto, este ajuste o la configuración.
owners-configuration = La configuración
owners-switch = Este ajuste
owners-together = En conjunto
owners-nothing = no pide nada
owners-require = Exigirlo a los propietarios
owners-require-about = A los propietarios sin segundo factor se les pedirá configurar uno en su próxima petición.
owners-release = Retirar este ajuste
owners-release-about = Retirado este ajuste, solo la configuración dice qué se pide a los propietarios. Nadie pierde lo que tiene configurado.
owners-done = Lo que se pide a los propietarios ha cambiado.

first-owner-title = El primer propietario
first-owner-lead = Nadie es todavía propietario de { $site }. Con el token de la pasarela crea una cuenta que puede hacer todo en su administración.
first-owner-token = Token
first-owner-token-hint = Está en un archivo de la máquina de la pasarela, que nombra su registro. Vale una hora.
first-owner-name = Nombre, como lo ven los demás
first-owner-again = Contraseña otra vez
first-owner-make = Crear la cuenta
first-owner-wrong = Este token no es correcto o su hora ha pasado. El registro de la pasarela nombra el archivo que lo contiene; un reinicio escribe otro.
first-owner-login-bad = Un nombre de usuario solo tiene letras de la a a la z, cifras y . _ - + @, 128 como máximo.
first-owner-login-taken = Alguien tiene ya este nombre de usuario. Elija otro.
first-owner-name-bad = Este nombre no se puede mostrar: es demasiado largo o tiene caracteres invisibles.

welcome-title = Elija su contraseña
welcome-lead = Elija una contraseña para { $site }; después inicie sesión con ella.
welcome-set = Establecer la contraseña
welcome-void = Este enlace no es válido: ya se usó, tiene más de tres días o fue sustituido por otro. Pida uno nuevo a quien se lo dio.
welcome-stale = Esta página ha estado abierta demasiado tiempo. Abra el enlace otra vez.
welcome-to-sign-in = A la página de inicio de sesión
new-password-title = Elija otra contraseña
new-password-lead = La contraseña es correcta. Antes de continuar se pide otra.
new-password-set = Cambiar y continuar
new-password-same = Esta es la contraseña que hay que cambiar. Elija otra.
new-password-over = Ha pasado demasiado tiempo, o la contraseña se cambió entretanto. Inicie sesión de nuevo.
