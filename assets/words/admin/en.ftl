## Administration: these pages are for people whose role has something to do there.

admin-title = Administration
admin-overview = Overview
admin-account = My account
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
role-user = User
role-auditor = Auditor
role-help-desk = Help desk
role-admin = Administrator
role-owner = Owner
admin-users = Users
users-text = Login name, name or e-mail
users-state = State
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
standing-enrolled = All set
standing-free = None, and none required
standing-pending = Missing, may be put off
standing-overdue = Missing, overdue
admin-adoption = Second factors
admin-people = People who may sign in
admin-coverage = Coverage
admin-coverage-percent = { $percent }%
admin-coverage-of = { $enrolled } of { $all }
admin-sent-only = With codes by e-mail or SMS only
overview-curve = Coverage over the last 90 days, in per cent
overview-figures = Figures
overview-day = Day
overview-enrolled = With what is asked of them
overview-sites = By site
overview-groups = By group
overview-methods = By method
overview-more = { $count ->
    [one] and { $count } smaller group
   *[other] and { $count } smaller groups
}
overview-last-day = The last day
overview-failed = Failed proofs:
overview-refused = Refused requests:
overview-now = now
overview-health = This gateway
health-store = Store
health-store-fine = answers
health-store-bad = does not answer: nobody can sign in
health-configuration = Configuration
health-certificates = Certificates
health-file-fine = as in the files
health-file-bad = the files could not be taken up; the log says why
health-certificate = Next certificate expires
health-key = Signing key made
health-token = Next service token expires
health-places = Places
health-places-fine = in use
health-places-bad = no usable database: every place is unknown
health-places-age = { $days ->
    [0] made today
    [one] made { $days } day ago
   *[other] made { $days } days ago
}
health-sink = Audit log elsewhere
health-sink-fine = has every record
health-sink-behind = { $count ->
    [one] { $count } record is missing, of { $since }
   *[other] { $count } records are missing, the oldest of { $since }
}
health-sink-failed = last failed { $when }: { $why }
health-notices = Notices
health-waiting = { $count ->
    [0] none waits
    [one] { $count } waits to be sent
   *[other] { $count } wait to be sent
}
user-back = All users
user-standing = Status
user-required = Required in all
user-own = For this account
user-codes-left = Backup codes left
user-window = May be set up with the password until
user-recovery = Recovery code good until
user-handed = App handed over, waits until
user-no-factors = No second factor is set up.
user-email = E-mail
user-groups = Groups
user-created = Added
user-last-sign-in = Last sign-in
user-never = never
user-id = Id
user-device-waits = Waits for approval
user-acts = What you can do
user-more = More
asked-optional = optional
asked-from = required from { $date } on
asked-always = required
asked-as-everybody = as for everybody
asked-mode-optional = Optional
asked-mode-enforced = Required
asked-enrol = Sets one up at the next sign-in
asked-recovery-code = Needs a recovery code first
asked-deny = Is refused
deed-back = Back to the account
deed-cancel = Cancel
deed-reason = Reason
deed-reason-needed = Required. One line for the audit log; never a password or a code.
deed-reason-hint = Optional. One line for the audit log; never a password or a code.
deed-reason-wrong = The reason is one line of at most 256 bytes, without characters that do not show. Shorten it and send it again.
deed-disable = Disable the account
deed-disable-does = Nobody can sign in to this account any more. { $sessions ->
    [0] It has no open session.
    [one] Its open session ends at once.
   *[other] Its { $sessions } open sessions end at once.
} Nothing is deleted; you can enable it again.
deed-enable = Enable the account
deed-enable-does = Its owner can sign in again, with the password and second factors that they had.
deed-reset = Reset second factors
deed-reset-does = Removes every second factor, the backup codes and the remembered devices. { $sessions ->
    [0] There is no open session.
    [one] The open session ends.
   *[other] The { $sessions } open sessions end.
} For a short time the person can set up a new one with the password alone, so make sure first who is asking. This cannot be undone.
deed-end-sessions = End all sessions
deed-end-sessions-does = { $sessions ->
    [0] The person is signed in nowhere.
    [one] Signs the person out where they are signed in.
   *[other] Signs the person out everywhere, in { $sessions } places.
} They can sign in again.
deed-set-role = Change the role
deed-set-role-does = The new role holds at once. { $sessions ->
    [0] There is no open session.
    [one] The open session ends.
   *[other] The { $sessions } open sessions end.
} You can change it again.
deed-set-terms = Change what is required
deed-set-terms-does = What is required of this account alone. It can ask for more than what holds for everybody, never for less. { $sessions ->
    [0] No session is open.
    [one] Where it asks for more than before, the open session ends.
   *[other] Where it asks for more than before, the { $sessions } open sessions end.
}
deed-grace = May be put off until
deed-grace-hint = A day such as 2027-01-31, which is still within it, or empty: at once.
deed-grace-wrong = That is no date. Write a day such as 2027-01-31, or leave it empty.
deed-grace-needs-mode = A date goes with a second factor that is required. Choose Required, or leave the date empty.
deed-unenrolled = Without a second factor
deed-allowed = Methods that may be used
deed-allowed-hint = None ticked: those that are allowed to everybody. To allow a method does not require it.
deed-set-contact = Set the address for codes
deed-set-contact-does = Codes will go there, and nowhere else on this channel. The first code that is entered proves that the address is theirs. Where another address was, it is told, and every open session ends (now { $sessions }).
deed-channel = Channel
deed-address = Address or number
deed-address-hint = Such as ada@example.org, or +49 170 1234567 with the country code.
deed-remove-contact = Remove the address for codes
deed-remove-contact-does = No more codes go there, and every open session ends (now { $sessions }). Whoever has no other second factor then has none.
deed-device = Device
deed-approve-device = Approve the device
deed-approve-device-does = It counts as a verified device from the next sign-in on. It is a condition more, and takes no second factor away. You can remove it again.
deed-remove-device = Remove the device
deed-remove-device-does = The device stands for nothing any more, and the sessions that were opened on it end. The person can register it again.
deed-issue-code = Issue a recovery code
deed-issue-code-does = Shows a code, once, for somebody who can prove nothing else. With it and the password they can set up a new second factor. Make sure who is asking, best in person or by a call to a number that you know. The person and the owners are told. An earlier code is void.
deed-revoke-code = Make the recovery code void
deed-revoke-code-does = The code that was issued opens nothing any more.
deed-set-up = Set up an app for the person
deed-set-up-does = Makes the key of an authenticator app and shows it, once, for handing over. It counts from the person’s own first code on, which they enter after their password when they next sign in; until then, for a week at most, it is worth nothing. Whoever sees the key can make the same codes, so show it to the person alone. An app that was handed over before is void.
deed-disabled = The account is disabled.
deed-enabled = The account is enabled again.
deed-sessions-ended = All sessions of the account have ended.
deed-role-set = The role is changed.
deed-was-reset = The second factors are reset. The person sets up a new one at the next sign-in.
deed-terms-set = What is required of the account is changed.
deed-contact-set = Codes go to the new address. The first code proves that it is theirs.
deed-contact-removed = No more codes go there.
deed-device-approved = The device is approved. It counts from the next sign-in on.
deed-device-removed = The device is removed.
deed-code-revoked = The recovery code is void.
code-title = Recovery code
code-once = This is the only time that the code is shown. Tell it to the person on a way that you trust; do not write it into a ticket.
code-until = It works once, until { $date }.
code-hint = The person signs in with the password, chooses the recovery code below the other methods, and sets up a new second factor.
handed-title = App for the person
handed-once = This is the only time that the key is shown. Have the person scan it with their app now. Do not send it, and do not write it into a ticket.
handed-until = The person enters its first code when they next sign in, until { $date }. Until then it is worth nothing.
denied-role = Your role does not allow this. Ask an administrator or an owner.
denied-not-below = You cannot act on a role that is equal to yours or higher. Ask somebody with a higher role, or use the command line on the machine.
denied-oneself = You cannot do this to your own account here. Your account page changes what is your own.
denied-never = This is not done here. Use the command line on the machine.
trouble-no-account = There is no such account any more.
trouble-login-taken = Another account has this login name. Choose another one.
trouble-last-owner = This is the last active owner, and one must remain. Make somebody else an owner first.
trouble-disabled = The account is disabled, and this would be of no use. Enable it first.
trouble-no-recovery-code = There is no recovery code any more: it was used, has ended, or was made void.
trouble-has-factor = The account has a second factor by now, and nothing was done. If it is lost, reset it first.
trouble-kind-not-allowed = Authenticator apps are no method that this account may use, and nothing was done.
trouble-no-kind = That is no method that can be allowed. Choose from those shown.
trouble-login = That is no login name: it has letters a-z, digits and . _ - + @ only, 128 at most.
trouble-password = The password is refused: too short, too long, too common, or it has the login name in it. Choose another one.
trouble-text = What you entered cannot be used. Check that it is complete and has the form that is asked for, and send it again.
trouble-address-taken = { $login } gets codes there already, and both would read them. Enter another address, or remove it there first.
trouble-no-contact = The account has no such address for codes any more.
trouble-no-device = The account has no such device any more.
trouble-no-session = There is no such session any more: it has ended.
trouble-conflict = Somebody has changed this account since you opened this page, and nothing was done. Look at it again, and decide anew.
trouble-no-reason = Say why, in one line. It is kept in the audit log.
trouble-interrupted = It was broken off, and it is not known how far it came. Look at the account again.
trouble-unfinished = It is done and in the audit log, but not all that comes after it. Look at it before you do it again.
trouble-store = The store did not answer, and nothing was done. Try again in a minute.
trouble-failed = Something failed here, and nothing was done. Tell whoever runs this gateway, with the time.
trouble-held-up = The audit log cannot be copied to where it must be at the moment, and acts wait for that; nothing was done. Tell whoever runs this gateway.
trouble-log-in-use = Somebody else goes through the whole audit log at this moment; nothing was done. Try again when they are done.
trouble-no-records = There are no such records; nothing was exported. Look at the numbers in the log.
admin-api = API
admin-api-lead = For programs and scripts: everything that these pages do, and more, as docs/api.md describes. Programs use a service token with a role.
admin-api-use = A script in this window sends this value as Portcullis-CSRF with every request. It is good for 15 minutes, and ends with your session and with your next proof. Use it in this window alone: in a window of the console, its scripts would read it. Give it to nobody.
admin-api-value = Value
admin-tokens = Service tokens
deed-end-session = End the session
deed-end-session-does = Signs the person out there, at once. They can sign in again.
deed-session-ended = The session has ended.
sessions-one = Session
sessions-none = Nobody is signed in.
sessions-from = From
sessions-all-ended = Everybody’s sessions have ended, but yours.
task-end-all = End everybody’s sessions
task-end-all-does = Signs everybody out on every site, but you here. Everybody signs in again, with their second factor. Programs with a service token are not concerned.
tokens-lead = For programs: each is good for one site, or for this gateway’s API. The secret is shown once, when it is made.
tokens-none = There are none.
tokens-back = Back to the tokens
token-active = Active
token-expires-soon = Ends soon
token-expired = Expired
token-is-disabled = Disabled
token-disabled = The token is disabled.
token-enabled = The token is enabled again.
token-revoked = The token is revoked.
token-30-days = 30 days
token-90-days = 90 days
token-180-days = 180 days
token-365-days = 365 days
token-life = Good for
token-add = Issue a token
token-add-does = Makes a token and shows its secret, once. Give it no more than the program needs.
token-for-console = For the console of the site
token-name = Name
token-name-hint = Letters a-z, digits and -.
token-use = For
token-paths = Paths
token-paths-hint = Such as /api, separated by blanks; empty: all.
token-methods = Methods
token-methods-hint = Such as GET, separated by blanks; empty: all.
token-networks = Networks
token-networks-hint = Such as 192.0.2.0/24, separated by blanks; empty: everywhere.
token-ends = Ends
token-once = This is the only time that the secret is shown. Put it where the program reads it, and nowhere else.
token-accepted-nowhere = No route of this site accepts service tokens: the console will refuse it until one does.
token-rotate = New secret
token-rotate-does = Makes another secret and shows it, once. The old one is good for another day, unless you say otherwise.
token-old = The old secret
token-now = Void at once: others may know it
token-disable = Disable
token-disable-does = Takes the token out of use at once, and ends what it has open. You can enable it again.
token-enable = Enable
token-enable-does = The program can use it again.
token-revoke = Revoke
token-revoke-does = Makes the token void for ever, and ends what it has open. This cannot be undone.
trouble-no-token = There is no such token any more.
trouble-token-taken = Another token has this name. Choose another one.
trouble-too-many-tokens = There are as many tokens as are kept. Revoke those that nobody uses.
trouble-no-site = There is no such site in the configuration.
admin-audit = Audit log
audit-kind = Event
audit-user = Login name
audit-text = Address, request or detail
audit-none = There are no such records.
audit-by = By
audit-target = Concerns
audit-gateway = the gateway
audit-unknown = nobody known
audit-operator = command line, user id { $uid }
audit-token = token { $id }
admin-policy = Policy
policy-lead = What is asked of people, and where it comes from. Of several sources the stricter counts.
policy-everybody = Second factor for everybody
policy-file = Configuration file
policy-switch = Set here or on the command line
policy-owners = Owners
policy-unsaid = as the configuration says
policy-change = Change the policy
policy-set = The policy is changed.
policy-methods = Methods
policy-methods-hint = The configuration file says which methods there are. A method that is on is offered; that does not require it of anybody.
policy-require = Require a second factor
policy-on = on
policy-off = off
policy-try = See what it would do
policy-try-does = What is asked of everybody but owners, besides what the configuration asks. Nothing is changed yet: the next page says who would lack what.
policy-rehearsal = What it would do
policy-rehearsal-lead = Everybody who may sign in, at this moment. Rules that depend on the network are not counted.
policy-now = Now
policy-then = Then
policy-again = Change it once more
policy-locks-out = You would lack what this asks for yourself, and could lose these pages until you have set it up.
trouble-wrong-state = The account is not in the state for this. Only a disabled account is removed.
trouble-password-elsewhere = This person signs in elsewhere; the password is not kept here.
trouble-no-password = There is no password yet that could be changed. Make a link instead.
sessions-none-of = { $login } is signed in nowhere.
sessions-of = Sessions of { $login }
audit-none-yet = None among the records that were looked through. Go on to the next page for earlier ones.
audit-nobody = Nobody has this login name.
audit-details = Reason and details
audit-number = record { $number }
audit-request = request { $id }
audit-export = Export
audit-export-does = Writes records to a file; they stay in the log. A file has at most 5000 of them, and its name says from which to which. That is recorded, with your reason.
audit-export-form = Form
audit-export-lines = Lines of JSON, the last of which is signed and shows that nothing was changed
audit-export-table = A table for spreadsheets (CSV)
audit-export-from = From record
audit-export-from-hint = Empty: from the first there is.
audit-export-to = To record
audit-export-to-hint = Empty: to the last there is.
user-records = What the log says of this account
policy-conflict = Somebody has changed the policy since you saw this page, and nothing was done. This is what your change would do now.
policy-asked = What would be asked
policy-people = Who would lack what
token-secret = Secret of { $name }
token-old-until = The old secret is good until
loud-title = Done on the command line
loud-count = { $acts ->
    [one] One act was done on the command line of the gateway that you have not said you have seen. Nobody shows a second factor there: make sure that it was one of you.
   *[other] { $acts } acts were done on the command line of the gateway that you have not said you have seen. Nobody shows a second factor there: make sure that it was one of you.
}
loud-seen = I have seen this
policy-sites = Sites
policy-sites-lead = From where each site may be reached and what people prove there. The configuration file and these pages count together: the stricter holds.
site-name = Site
site-from = From
site-proof = Proof
site-source = Set in
site-anywhere = anywhere
site-nowhere = nowhere
site-besides = Configuration file and here
site-deny = Never from
site-routes = Routes
site-routes-count = { $routes ->
    [one] one asks for something of its own
   *[other] { $routes } ask for something of their own
}
site-lead = Addresses and second factor of this site together. What is set here can ask for more than the configuration file, never for less.
site-in-force = In force
site-change = Ask for more
site-change-lead = Nothing is changed yet: the next page says whom it would keep out and which programs would break.
site-no-areas = The configuration file names no networks and no places. Name some under networks or places, and they can be ticked here.
site-only-from = People and programs come from here only
site-only-from-hint = Networks and places of the configuration file. With none ticked, nothing is asked here.
site-more-areas = { $more } more can be named on the command line.
site-least = People prove at least
site-age = How old that proof may be
site-age-minutes = { $count ->
    [one] at most one minute old
   *[other] at most { $count } minutes old
}
site-age-hours = { $count ->
    [one] at most one hour old
   *[other] at most { $count } hours old
}
site-age-days = { $count ->
    [one] at most one day old
   *[other] at most { $count } days old
}
site-or = or
site-way-open = nothing
site-way-network = the network alone, for programs
site-way-token = a service token
site-way-certificate = a client certificate
site-way-password = the password; no second factor is asked for
site-way-second = a second factor
site-way-aal2 = a strong second factor (AAL2): no codes by e-mail, no remembered browser
site-way-resistant = a passkey or security key
site-way-aal3 = a security key that its maker vouches for (AAL3)
site-unknown = The configuration file does not name these any more, and nobody comes from there: { $names }
site-whom = Whom it would keep out
site-whom-lead = People who are signed in at this site now, by where they came from when they signed in.
site-sessions = Sessions
site-count = How many
site-open = Open now
site-would-lose = Would be kept out
site-would-prove = Would be asked for another proof
site-among = Among those kept out:
site-programs = Programs that would break
site-no-programs = None of those that were let in during the last 30 days.
site-program = Program
site-route = Route
site-requests = Requests
site-shared = Shared addresses
site-shared-lead = Several people come from each of these: whatever is said of the address is said of all of them.
site-address = Address
site-people = People
site-kept-out = kept out
site-let-in = let in
trouble-locks-out = You would keep yourself out: you come from none of these networks and places. Tick yours as well, do it from one of them, or use the command line.

user-add = Add an account
user-add-does = Makes an account, and shows a link, once, by which its owner chooses a password. Nobody can sign in to it before.
user-add-name-hint = Empty: the user name.
user-added = The account is there. Where its password is kept here, make a link by which its owner chooses one.
user-link = Password link
password-elsewhere = kept elsewhere
password-none = none yet
password-set = set
password-must-change = set; another one is asked for at the next sign-in
profile-email-hint = Consoles are told it. Codes go elsewhere.
profile-groups-hint = With commas between them. Consoles may allow more or less because of them.
deed-edit = Edit the profile
deed-edit-does = The consoles are told name, e-mail address and groups. Another address or other groups end every open session (now { $sessions }); the address before is told of another one.
deed-edited = The profile is changed.
deed-issue-link = Make a password link
deed-issue-link-does = Shows a link, once, by which a password is chosen in the place of the one there is. Whoever opens it can do that: make sure who gets it. An earlier link is void. The person is told.
deed-require-change = Ask for another password
deed-require-change-does = At the next sign-in another password is chosen, before the person gets in; whoever has a second factor gives it first. Open sessions (now { $sessions }) end.
deed-change-required = Another password is asked for at the next sign-in.
deed-remove = Remove the account
deed-remove-does = Everything that is kept of this account goes, second factors and devices as well, and nothing brings it back. The audit log keeps its id and what was done. Open sessions: { $sessions }.
deed-removed = The account is removed.
link-title = Password link
link-once = This is the only time that the link is shown. Hand it to the person on a way that you trust; do not write it into a ticket.
link-until = It works once, until { $date }.
link-hint = Whoever opens it chooses the password, and then signs in with it.
link-site = Site that the link leads to
users-import = Import a table
users-import-does = Adds the people of a table, each with an account and without a password. First it is only checked: everything that is wrong is shown, and nobody is added.
users-import-ready = { $count ->
    [one] Nothing is wrong. One account will be added.
   *[other] Nothing is wrong. { $count } accounts will be added.
}
users-import-wrong = Something is wrong with the table, and nobody was added.
users-import-stopped = Not everybody was added. Those before the line that is shown have their account.
users-imported = The people of the table have their accounts. For each, make a link by which they choose a password.
import-quotes = A cell with a quote or a comma in it is in quotes, and a quote in it stands twice. No cell has two lines.
import-cells = Each line has as many cells as the first.
import-columns = The first line names the columns: login, and any of name, email, groups, role, each once.
import-many = A line has at most 4096 bytes, and a table at most 200 people here; more on the command line.
import-twice = Each login name stands in one line.
import-name = A name has at most 256 bytes, and no characters that do not show.
import-email = An e-mail address has the form name@host.
import-groups = Groups have commas between them: at most 256 bytes each, 2048 together.
import-role = A role is user, auditor, help_desk, admin or owner; empty: user.
import-stopped = This line and those behind it were not added. Try again with them.
import-line = Line
import-column = Column
import-found = What stands there
import-allowed = What is allowed
import-table = Table
import-table-hint = With commas, as spreadsheets save it (CSV). Its first line names the columns: login, name, email, groups, role; all but login may be missing.
import-check = Check the table
users-export = Export a table
users-export-does = Everybody who has an account, as a table for spreadsheets: name, e-mail address, groups, role, second factors, last sign-in. It is recorded. Keep the file where only those read it who may.
site-owners-only = This is what it would do. An owner can put it in force: it binds owners too.
site-no-passkey = People without a passkey, at all sites
