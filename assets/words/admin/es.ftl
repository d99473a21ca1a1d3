## Administración: estas páginas son para personas cuyo rol tiene algo que hacer en ellas.

admin-title = Administración
admin-overview = Resumen
admin-account = Mi cuenta
admin-lead = Qué está configurado aquí y quién puede cambiarlo.
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
admin-commands = En la línea de comandos
admin-commands-lead = Estas páginas no cambian nada. Lo que se puede cambiar se cambia en la máquina en la que funciona la pasarela, y cada cambio queda en el registro de auditoría.
admin-command-user = Cuentas: crear, ver, desactivar, restablecer
admin-command-enforcement = Quién debe tener un segundo factor; códigos de recuperación
admin-command-token = Tokens de servicio de programas
admin-command-audit = El registro de auditoría: leer y verificar
role-user = Usuario
role-auditor = Auditor
role-help-desk = Soporte
role-admin = Administrador
role-owner = Propietario
admin-users = Usuarios
users-text = Nombre de usuario, nombre o correo
users-state = Cuenta
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
standing-enrolled = Configurado
standing-free = Ninguno, y no se exige
standing-pending = Todavía ninguno
standing-overdue = Falta
admin-adoption = Segundos factores
admin-people = Personas que pueden iniciar sesión
admin-coverage = Con un segundo factor
admin-sent-only = Solo con códigos por correo o SMS
admin-api = API
admin-api-lead = Para programas y scripts: todo lo que hacen estas páginas, y más, como se describe en docs/api.md. Los programas usan un token de servicio con un rol.
admin-api-use = Un script en este navegador envía este valor como Portcullis-CSRF con cada solicitud. Pertenece a su sesión y termina con ella y con su próxima verificación. No se lo dé a nadie.
admin-api-value = Valor
