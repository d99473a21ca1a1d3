## Administration: these pages are for people whose role has something to do there.

admin-title = Administration
admin-overview = Overview
admin-account = My account
admin-lead = What is set here, and who may change it.
admin-you = You
admin-who = Account
admin-role = Role
admin-site = Site
admin-open-until = Open until
admin-open-hint = Then these pages ask for your second factor again.
admin-now = At this moment
admin-sessions = Open sessions
admin-duty = Second factor
admin-duty-optional = optional for everybody
admin-duty-grace = required of everybody from { $date } on
admin-duty-enforced = required of everybody
admin-rules = Further rules
admin-rules-count = { $rules ->
    [0] none in the configuration
    [one] { $rules } in the configuration, for some people or sites
   *[other] { $rules } in the configuration, for some people or sites
}
admin-commands = On the command line
admin-commands-lead = These pages change nothing. What can be changed is changed on the machine that the gateway runs on, and each change is in the audit log.
admin-command-user = Accounts: add, look at, disable, reset
admin-command-enforcement = Who must have a second factor; recovery codes
admin-command-token = Service tokens of programs
admin-command-audit = The audit log: read and verify
role-user = User
role-auditor = Auditor
role-help-desk = Help desk
role-admin = Administrator
role-owner = Owner
admin-users = Users
users-text = Login name, name or e-mail
users-state = Account
users-any = Any
users-search = Search
users-total = { $count ->
    [0] Nobody found.
    [one] { $count } account found.
   *[other] { $count } accounts found.
}
users-name = Name
users-first = First page
users-next = Next page
state-active = Active
state-disabled = Disabled
standing-enrolled = Set up
standing-free = None, and none required
standing-pending = None yet
standing-overdue = Missing
admin-adoption = Second factors
admin-people = People who may sign in
admin-coverage = With a second factor
admin-sent-only = With codes by e-mail or SMS only
admin-api = API
admin-api-lead = For programs and scripts: everything that these pages do, and more, as docs/api.md describes. Programs use a service token with a role.
admin-api-use = A script in this browser sends this value as Portcullis-CSRF with every request. It belongs to your session and ends with it, and with your next proof. Give it to nobody.
admin-api-value = Value
