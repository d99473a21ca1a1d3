# The words of the built-in pages, in English: the language that every other follows, key by key.
# A message is text, never markup. What stands in braces with a $ is put in by the gateway.

## Frame of every page

page-error = Error:
page-skip = Skip to the content
page-language = Language
who-signing-in = Signing in as { $who }
who-signed-in = Signed in as { $who }
who-start-again = Not you? Start again
who-sign-out = Not you? Sign out
kept-note = The form you were sending is kept. You can send it again once you are signed in.
field-six-digits = 6-digit code
button-continue = Continue
button-confirm = Confirm
link-first-page = Go to the first page
link-sign-in = Go to sign-in
link-try-again = Try again

## Times

time-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
time-moment = { $day }, { $time } UTC
wait-seconds = { $count ->
    [one] in a second
   *[other] in { $count } seconds
}
wait-minutes = in { $count ->
    [one] a minute
   *[other] { $count } minutes
}
wait-hours = in { $count ->
    [one] an hour
   *[other] { $count } hours
}

## What is said of attempts

busy = Many people are signing in right now. Try again in a few seconds.
too-many-codes = Too many wrong codes. Try again { $wait }.
too-many-attempts = Too many attempts. Try again { $wait }.
code-wrong = This code is not right. Enter the one the app shows now.
code-wrong-enrol = This code is not right. Enter the one the app shows now for this account.
code-spent-challenge = This code was used already. Wait until the app shows the next one, then enter that.
method-disabled = Too many wrong codes: this way of proving it is you is switched off. Use another one, or ask your administrator.
method-not-offered = This cannot be used here.
backup-code-spent = This backup code was used before. Take another one.
backup-code-wrong = This is none of your unused backup codes. Check it letter by letter.
enrol-expired = The QR code was too old. Remove the entry from the app and scan the new QR code above.

## Sign-in

sign-in-title = Sign in
sign-in-lead = to continue to { $site }
sign-in-login = User name
sign-in-password = Password
sign-in-show = Show
sign-in-hide = Hide
sign-in-show-password = Show password
sign-in-button = Sign in
sign-in-wrong = That user name and password do not match. Check both and try again.
sign-in-timed-out = Your sign-in took too long or has ended. Please sign in again.
sign-in-no-cookie = Your browser did not send our cookie back. Allow cookies for this site, then try again.
sign-in-stale = This page was open for too long. Please sign in now.
sign-in-not-kept = You have to sign in first. What you were sending could not be kept; you will have to send it again.

## Second factor

second-first-lead = Sign in to { $site } in two steps: first your code, then your password at the console.
second-first-code = Code
second-first-hint = The 6-digit code of your authenticator app, or a backup code.
second-first-wrong = The user name or the code is wrong.
second-first-none = I have not set up a second factor yet
second-first-none-hint = Sign in at the console with your password. If it says that this failed, load its page again: then you set up your second factor.
challenge-title = Enter your code
challenge-again-title = Confirm that it is you
challenge-app = Open your authenticator app and type the 6-digit code for { $issuer }.
challenge-again = You are signed in, but what you are about to open asks for a fresh code.
challenge-backup-title = Enter a backup code
challenge-backup = One of the codes you stored when you set up your authenticator app. Each works once.
challenge-backup-label = Backup code
challenge-backup-hint = 16 letters and digits. Dashes, spaces and capitals do not matter.
challenge-use-backup = Use backup code
challenge-use-app = Use authenticator app
challenge-no-backup = I have no backup codes
challenge-no-phone = I do not have my phone
challenge-try-backup = Use one of the ten backup codes you stored when you set up your app.
challenge-try-app = Use your authenticator app, if the phone turns up.
challenge-try-administrator = If neither is at hand, ask your administrator to reset your second factor.
challenge-first-page = Go to the first page instead

## Setting up an authenticator app

enrol-title = Set up your authenticator app
enrol-lead = Signing in here takes your password and a code from an app on your phone. It takes about a minute, and only this once.
enrol-app = You need an authenticator app
enrol-app-hint = Any app for one-time codes will do. If you have none yet, install one of these:
enrol-new-tab = (opens in a new tab)
enrol-scan = Scan this QR code with the app
enrol-scan-hint = In the app, choose to add an account (often a plus sign), then point the camera here.
enrol-qr = QR code for your authenticator app. The same key is written beside it.
enrol-on-phone = On the phone itself?
enrol-open-app = Open in your app
enrol-by-hand = Cannot scan?
enrol-by-hand-hint = Type this key into the app, for the account { $account }:
enrol-code = Enter the code the app shows
enrol-handed-title = Enter the code of the app you were given
enrol-handed-lead = An administrator has set up an authenticator app for you. Enter the six digits that it shows now: from then on signing in here takes your password and a code from it.
enrol-handed-own = Set up something of your own instead
enrol-handed-own-hint = If nobody has given you an app, or you would rather use another one: the app you were given is of no use then.
enrol-handed-void = The app that you were given cannot be used any more. Set up one of your own, or ask your administrator for another.

## Backup codes

codes-title = Your backup codes
codes-first = Set up. Now keep these codes
codes-first-lead = If you lose what you have just set up, one of these backup codes gets you in. Each works once. They are shown only now.
codes-renewed = Your new backup codes
codes-renewed-lead = Your old codes stop working when you confirm below that these are stored.
codes-printed = Backup codes of { $who }, made { $made }. Each works once.
codes-list = Backup codes
codes-print = Print
codes-download = Download
codes-keep-secure = Keep them secure: in a password manager, or on paper in a locked place.
codes-do-not-share = Do not share them with anybody. No administrator will ask for one.
codes-like-password = Treat each like a password: whoever has it can sign in as you.
codes-stored = I have stored these codes in a safe place
codes-store-first = Store the codes first, then tick the box.
codes-replaced = These codes were replaced by a newer set. Use those, or make new ones here.
codes-file-title = { $brand }: backup codes of { $login } for { $site }
codes-file-made = Made on { $day }. Each works once, instead of a code from the app.
codes-file-advice = Keep them secure. Do not share them. Treat each like a password.
few-codes-title = Few backup codes left
few-codes-left = { $left ->
    [0] That was your last backup code
    [one] You have one backup code left
   *[other] You have { $left } backup codes left
}
few-codes-lead = You are signed in. Make new codes on your account page while you have your app at hand; the old ones stop working then.
few-codes-account = Go to my account

## Account

account-title = Your account
account-unconfirmed = You have not confirmed yet that your backup codes are stored. If you do not have them, make new ones below.
account-factors = Second factors
account-factors-none = None is set up.
account-factor-kind = Kind
account-factor-name = Name
account-factor-created = Set up
account-factor-used = Last used
account-factor-unused = not yet
account-codes = Backup codes
account-codes-left = { $left } of 10 left
account-codes-made = , made { $made }
account-new-codes = Make new backup codes
account-sessions = Sessions
account-sessions-count = { $sessions ->
    [one] You are signed in here only.
   *[other] You are signed in at { $sessions } places.
}
account-sign-out = Sign out
account-sign-out-everywhere = Sign out everywhere
account-back = Back to { $site }
account-required = A second factor is required of you.
account-recovering = You signed in with a backup code. If something you sign in with is lost, replace it here within ten minutes.
account-factor-change = Rename or remove { $name }
account-factor-lost = I have lost { $name }
account-lost-hint = Lost one of these? Sign out, sign in with a backup code, then replace it here.
account-codes-link = Show codes or make new ones
account-password = Password
account-password-link = Change password
account-sessions-link = See where, and end sessions
account-done-renamed = The name is changed.
account-done-removed = It is removed. Your other sessions have ended.
account-done-replaced = It is replaced. Your other sessions have ended.
account-done-password = Your password is changed. Your other sessions have ended.
add-passkey = Add a passkey or security key
add-totp = Add an authenticator app
add-email = Add codes by e-mail
add-sms = Add codes by SMS

## Account: one second factor

factor-rename = Change the name
factor-name-wrong = A name has 1 to 40 characters.
factor-remove-heading = Remove it
factor-remove-hint = It then no longer signs you in. Your other sessions end.
factor-remove = Remove
factor-stays = It cannot be removed: a second factor is required of you, and this is your last. Add another one first.
lost-title = You have lost { $name }
lost-lead = Set up something new in its place. The lost one stops working at that moment, and your other sessions end.
lost-replace = Set up a replacement
lost-remove = Only remove it

## Account: backup codes

codes-kept = You can look at the codes that are left. That they were shown is recorded.
codes-not-kept = Codes are shown only when they are made. If you no longer have them, make new ones.
codes-show = Show codes
codes-renew-hint = The new codes replace all old ones.
codes-shown-lead = These are the codes that are left. Each works once.

## Account: sessions

sessions-lead = Where you are signed in. If you do not know one of them, end it and change your password.
sessions-prove = Before you end any, show that it is you.
sessions-prove-link = Confirm that it is you
sessions-browser-unknown = Unknown browser
sessions-here = this one
sessions-site = Site
sessions-address = Address
sessions-place = Place
sessions-began = Began
sessions-active = Last active
sessions-end = End this session
sessions-others = All others
sessions-end-others = End all other sessions
sessions-done-one = The session has ended.
sessions-done-others = All your other sessions have ended.

## Account: password

password-lead = Your other sessions end when it changes.
password-old = Present password
password-new = New password
password-again = New password once more
password-hint = At least { $least } characters. A few random words are good.
password-unequal = The two new passwords are not the same.
password-old-wrong = This is not your present password.
password-too-short = A password needs at least { $least } characters.
password-too-long = This password is too long.
password-common = This password is among those that attackers try first. Choose another.
password-contains-login = A password must not contain your user name.

## Signing out

sign-out-title = Sign out
sign-out-question = Sign out?
sign-out-who = You are signed in as { $login }. Signing out ends this session and whatever it has open.
sign-out-button = Sign out
sign-out-stay = Stay signed in
signed-out-title = Signed out
signed-out-heading = You are signed out
signed-out-everywhere = Every session of yours has ended, on this device and on all others.
signed-out-here = Your session on this device has ended.
signed-out-again = Sign in again

## A form that was kept

kept-form-title = Your form was not lost
kept-form-lead = You had to sign in before it could be sent to { $target }. Nothing has been sent yet.
kept-form-fields = { $count ->
    [one] It holds one field
   *[other] It holds { $count } fields
}
kept-form-send = Send it now
kept-form-discard = Do not send it

## Refusals: headings, ways on, and what surrounds them

refusal-request-number = Request number
refusal-your-address = Your address
refusal-other-account = Use another account
heading-nothing-here = Nothing is served here
heading-send-again = Please send the form again
heading-not-signed-in = Not signed in
heading-sign-in-again = Please sign in again
heading-token = The service token was refused
heading-too-much = That was too much
heading-too-long = That took too long
heading-connections = Too many connections
heading-attempts = Too many attempts
heading-moment = One moment, please
heading-impossible = Signing in is not possible right now
heading-console-unavailable = The console is not available
heading-console-wrong = The console gave a wrong answer
heading-console-slow = The console takes too long
heading-where = It is not clear where you are
heading-account = Not with this account
heading-programs = This address is for programs
heading-not-from-here = Not from here
heading-refused = This request was refused
not-found-heading = There is no such page
not-found = The address belongs to the sign-in service, but nothing is there.
    .next = Check the address for typing errors, or start from the console's first page.
enrolment-closed-heading = Your second factor cannot be set up
enrolment-closed = Your account has no authenticator app yet, and the time for setting one up yourself is over.
    .next = Ask your administrator to open it again; then sign in and set up the app.
enrolment-closed-sign-on = Your organisation’s sign-on did not say that you gave a second factor there, so none can be set up here.
    .next = Sign out there, sign in again with your second factor, and come back. If you have none any more, ask your administrator for a recovery code.
no-method-heading = There is no way to prove it is you
no-method = Nothing that is set up for your account can be used at the moment.
    .next = Ask your administrator to reset your second factor.
too-few-heading = Another second factor is needed
too-few = You are asked to have more second factors than can be set up here.
    .next = Ask your administrator to allow more kinds of them, or to ask for fewer.
for-programs-certificate = Only programs with a client certificate are let in here. A person cannot sign in to it.
    .next = If you came by a link, go back. If it is your program that has to get in, ask your administrator for a certificate.
for-programs-token = Only programs with a service token are let in here. A person cannot sign in to it.
    .next = If you came by a link, go back. If it is your program that has to get in, ask your administrator for a token.

## Proof in another window

proved-title = Confirmed
proved-heading = It is you
proved-close = You can close this window and go on where you were.
retry-message = What you are doing needs a proof that it is you.
retry-open = Prove it in a new window
retry-cancel = Not now

## Refusals: what happened and why, then what to do next

refusal-upstream-unreachable = The console behind this page does not answer: no connection to it could be made, or it closed the connection.
    .next = Try again in a minute. If you were changing something, check first whether it was done. If it lasts, tell the people who run the console.
refusal-upstream-unavailable = The console behind this page is not running at the moment: none of its servers answers.
    .next = Try again in a minute. If it lasts, tell the people who run the console.
refusal-upstream-timeout = The console behind this page took too long to answer.
    .next = Try again. If you were changing something, check first whether it was done.
refusal-upstream-invalid = The console behind this page gave an answer that breaks the rules of the web, so it was not passed on.
    .next = Try again. If it lasts, tell the people who run the console, with the request number below.
refusal-throttled = There were too many attempts.
    .next = Wait a moment, then try again. Nothing is lost and your account is not locked.
refusal-busy = Too many people are signing in at this moment.
    .next = Try again in a few seconds.
refusal-too-slow = The connection was too slow.
    .next = Try again where the network is better.
refusal-session-over = The session is over.
    .next = Sign in again.
refusal-draining = The sign-in service is restarting.
    .next = Try again in a few seconds.
refusal-unable = The sign-in service cannot check anything at the moment, so it lets nobody through.
    .next = Try again in a minute. If it lasts, give your administrator the request number below.
refusal-unknown-host = No console is served under this address.
    .next = Check the address for typing errors, or ask your administrator which one to use.
refusal-cross-site = This form was not sent from the page it belongs to, or the page was open for too long.
    .next = Go back, reload the page, and send the form again.
refusal-cookie = Your browser sent a sign-in that cannot be used here.
    .next = It was removed. Reload the page and sign in again.
refusal-form = The form was incomplete, or sent with fields it does not have.
    .next = Go back, reload the page, and fill it in again.
refusal-login-unclear = The sign-in form was not clear about who signs in.
    .next = Go back to the sign-in page, reload it, and fill it in again.
refusal-login-refused = You are not signed in. The user name or password is wrong, or the console gave an answer that is no clear yes.
    .next = Go back to the sign-in page and try again.
refusal-statement-missing = You can sign in here only by way of your organisation’s sign-on, and it did not say who you are.
    .next = Open the address that you usually use, sign in there, and come back. If that does not help, tell whoever runs this site.
refusal-statement-unclear = Your organisation’s sign-on did not say clearly who you are, or what it said is not valid any more.
    .next = Reload the page. If that does not help, sign out there and in again, or tell whoever runs this site.
refusal-plain-http = This site is served over HTTPS only.
    .next = Use the same address with https:// in front.
refusal-streams = This session has as many live connections open as it may.
    .next = Close other tabs of the console, then try again.
refusal-websocket = The program that asked does not speak WebSocket as it should.
    .next = Update the program, or the browser.
refusal-body = More was sent than this page accepts.
    .next = Go back and send less.
refusal-service-worker = This site does not allow background scripts (service workers).
    .next = Nothing needs to be done; an administrator can allow them for the site.
refusal-client-address = It could not be determined where this request comes from.
    .next = Tell your administrator, with the request number below.
refusal-ambiguous = The request cannot be read in exactly one way, so it was not passed on.
    .next = Check the address for odd characters, or start from the console's first page.
refusal-shut-out = This page may not be used from where you are: the network or the region that you are in is shut out.
    .next = Connect from another network, such as that of your office or its VPN, then try again. If you should have access from here, ask your administrator, and give the request number and your address, which are shown below.
refusal-not-allowed = This page may be used from certain networks or regions only, and you are in none of them.
    .next = Connect from the network of your office or through its VPN, then try again. If you should have access from here, ask your administrator, and give the request number and your address, which are shown below.
refusal-place-not-allowed = This page may be used from certain regions only, and you seem to be somewhere else.
    .next = If you are abroad, or a VPN makes it look so, connect from home or through the VPN of your office, then try again. Else ask your administrator, and give the request number and your address, which are shown below.
refusal-place-unknown = This page may be used from certain regions only, and it could not be determined where you are.
    .next = Connect from the network of your office or through its VPN, then try again. Else ask your administrator, and give the request number and your address, which are shown below.
refusal-person = You are signed in, but this page is for other people than you.
    .next = Go back, or use another account. If you need the page, ask your administrator for access.
refusal-machine-only = This address is for programs in certain networks. A page of another site sent your browser here, so the request was not passed on.
    .next = Close the page that you came from. If you meant to come here, type the address in yourself.
refusal-token-invalid = The service token is not valid: it is misspelt, has expired, or was revoked.
    .next = Ask for a new one where this one was issued.
refusal-token-scope = The service token is valid, but not for this request: its site, path, method or network is another one.
    .next = Ask for a token that covers the request where this one was issued.

## Second factors

factor-password = Password
factor-passkey = Passkey or security key
factor-totp = Authenticator app
factor-email = Code by e-mail
factor-sms = Code by SMS
factor-backup-code = Backup codes
factor-recovery-code = Recovery code
factor-remembered-device = Remembered device
factor-federated = Sign-on
factor-federated-mfa = Second factor at the sign-on
set-up-passkey = Your fingerprint, face or PIN on this device, or a key you plug in. The safest: a false page gets nothing from it.
set-up-totp = An app on your phone shows a new code every 30 seconds.
set-up-email = We send you a code each time. Less safe than the others.
set-up-sms = We text you a code each time. Works with any mobile phone.
enrol-choice = Set up a second factor
enrol-choice-lead = Signing in here takes more than your password. Choose what you want to use; you can add others later.
enrol-choice-further = Add a second factor
enrol-choice-further-lead = What do you want to use besides what you have?
account-back-to = Back to my account
challenge-use-recovery = Use recovery code
challenge-use-passkey = Use a passkey or security key
challenge-use-email = Get a code by e-mail
challenge-use-sms = Get a code by SMS
challenge-particular = You are signed in, but what you are about to open asks for this proof besides.
challenge-change = You are signed in. To change your account, confirm once more that it is you.
no-such-proof-heading = Another proof is needed
no-such-proof = What you are opening asks for a proof that your account does not have yet.
    .next = Ask your administrator to set it up with you, or go back.
no-such-proof-passkey = What you are opening asks for a passkey or a security key, and your account has none that can be used here.
    .next = Set one up, then open it again.
link-set-up = Set one up

## Codes by e-mail and SMS

sent-title-email = Get a code by e-mail
sent-title-sms = Get a code by SMS
sent-title-enter = Enter the code we sent
sent-lead-email = We send a code to { $to }. It is good for ten minutes.
sent-lead-sms = We send a code to your phone { $to }. It is good for ten minutes.
sent-done-email = We sent a code to { $to }. It is good for ten minutes. If it does not come, look among unwanted mail.
sent-done-sms = We sent a code to your phone { $to }. It is good for ten minutes.
sent-button = Send code
sent-again = Send another code
sent-field = Code
sent-wrong = This code is not right, or too old. Enter the newest one we sent, or have another one sent.
sent-wait = Enough codes were sent. Ask for another one { $wait }; one that has reached you may still be good.
sent-none-email = Your account has no e-mail address for codes. Ask your administrator to enter one, or use another way.
sent-none-sms = Your account has no mobile number for codes. Ask your administrator to enter one, or use another way.
sent-cannot-receive = I cannot receive this code
sent-ask-administrator = If no other way is at hand, ask your administrator to reset your second factor.
sent-other-ways = Use another way
contact-title-email = Set up codes by e-mail
contact-title-sms = Set up codes by SMS
contact-lead-email = Signing in here then takes your password and a code that we send to this address. Codes are all it is used for.
contact-lead-sms = Signing in here then takes your password and a code that we send to this number. Codes are all it is used for.
contact-field-email = E-mail address
contact-field-sms = Mobile number
contact-hint-sms = With the country code: +49 151 23456789
contact-validate = Validate
contact-other-email = Use another address
contact-other-sms = Use another number
contact-bad-email = This is no e-mail address. It has the form name@host, such as ann@example.org.
contact-bad-sms = This is no mobile number with its country code, such as +49 151 23456789.
contact-unusable-email = Codes cannot be sent to this address. Use another one, or ask your administrator.
contact-unusable-sms = Codes cannot be sent to this number. Use another one, or ask your administrator.

## Letters and text messages

text-code = { $code } is your code for { $host }. Tell it to nobody.
letter-code-subject = Your code for { $host }
letter-code-prove = Somebody is signing in to { $host } with your password.
letter-code-bind = Somebody wants to receive codes for { $host } at this address.
letter-code-use = Enter this code on that page. It is good for ten minutes, and once.
letter-code-prove-not-you = If that is not you, somebody knows your password: change it, and tell your administrator.
letter-code-bind-not-you = If that is not you, you need do nothing: without the code nothing happens.
letter-code-nobody = Tell the code to nobody: no one of { $brand } will ask for it.
text-notice = { $brand }: { $what }. Account { $login }. Was it not you? Tell your administrator.
text-notice-of-all = { $brand }: { $what }. If nobody you know did it, find out who did.
notice-about = This happened to the account { $login } at { $brand }.
notice-about-all = This happened at { $brand }, and is about no account in particular.
notice-not-you = If it was neither you nor somebody you asked for it, change your password and tell your administrator at once. This message has no links: go to the site as you always do.
notice-not-yours = You are told because you are an owner. If no administrator you know issued it, find out who did, and revoke it at once.
notice-not-known = You are told because you are an owner. If no administrator you know did it, find out who did: the audit log says more. Of what is done on the command line you are written to once an hour at most; the audit log has all of it.
notice-when = When
notice-from = From the address
notice-place = Place
notice-browser = Browser
notice-site = Site
notice-factor = By means of
notice-by = By
notice-by-account = somebody signed in to this account, or with its password
notice-by-administrator = an administrator
notice-record = In the audit log
notice-bound = A second factor was set up
notice-removed = A second factor was removed
notice-disabled = A second factor was switched off after too many wrong codes
notice-reset = All second factors were removed
notice-codes = New backup codes were made
notice-codes-shown = The backup codes were looked at again
notice-code-used = A backup code was used
notice-recovery-issued = A recovery code was issued for you
notice-recovery-issued-owner = A recovery code was issued to somebody
notice-policy-owner = Who must have a second factor was changed
notice-site-policy-owner = What a site asks for was changed
notice-command-line-owner = Something was done on the command line of the gateway
notice-recovery-used = A recovery code was used
notice-handed = An authenticator app was set up for you; it counts once you enter its code
notice-refused = Somebody gave your password, but a wrong second factor
notice-password = The password was changed
notice-password-link = A link was made by which a new password can be chosen
notice-email = The e-mail address in your profile was changed or removed
notice-role = The role of your account was changed
notice-new-place = Somebody signed in from a new place
notice-reminder = Set up a second factor soon
notice-reminder-about = From { $date } on nobody signs in to the account { $login } at { $brand } without a second factor. Sign in before that as you always do, and set one up. This message has no links.
notice-changed = Something about your account was changed
## Devices

devices = Devices
devices-lead = Browsers that are known here because you asked for it. Remove any that you no longer use: whoever is signed in on it is signed out.
devices-none = No browser is registered.
devices-here = this browser
devices-created = Registered
devices-remembered = Stands for your second factor until
devices-verified = Verified device until
devices-waiting = an administrator has to approve it
devices-remove = Remove
devices-register = Register this browser
devices-register-about = Some pages open only on a browser that you registered. You give your second factor for it once, and sign in again afterwards. It replaces no proof.
devices-register-this = Register this browser as a verified device
devices-done-registered = This browser is registered. Sign in again, and pages that ask for a verified device will open on it.
devices-done-removed = The browser was removed.
devices-remember = Do not ask for a code in this browser for { $days } days
devices-remember-hint = Only on a device that nobody else uses. You can undo it on your account page.
refusal-device = This page opens only on a browser that you registered as a verified device.
    .next = Register this browser on your account page, then sign in again. If you did and it still waits for approval, ask your administrator.
heading-device = Not on this browser
link-devices = Go to my devices
account-devices = Devices that you registered

## Passkeys

passkey-title = Use your passkey
passkey-lead = Your browser asks for it: your finger, face or PIN on this device, or your security key.
passkey-again = You are signed in, but what you are about to open asks for a fresh proof.
passkey-use = Use passkey
passkey-lost = I do not have my passkey
passkey-try-other = Use one of your other ways to prove that it is you.
passkey-no-script = Passkeys need JavaScript, which is switched off in this browser. Use another way, or switch it on.
passkey-unsupported = This browser cannot use passkeys. Use another way, or another browser.
passkey-cancelled = Nothing came from your passkey: it was cancelled, took too long, or is not on this device. Try again, or use another way.
passkey-registered = This device or key is set up already.
passkey-failed = Your browser could not use a passkey here. Try again, or use another way.
passkey-wrong = That passkey was not accepted. Try again, or use another way.
passkey-sign-in = Sign in with a passkey
passkey-sign-in-wrong = That passkey was not accepted. Try again, or sign in with user name and password.
passkey-enrol-title = Set up a passkey
passkey-enrol-lead = A passkey lets you in by your finger, face or PIN on this device, or by a key that you plug in. It works on this site alone, so nobody can trick it out of you.
passkey-enrol-name = Name
passkey-enrol-name-hint = To tell it from others later, such as: Work laptop.
passkey-enrol-button = Create passkey
passkey-enrol-other = Set up something else
passkey-enrol-wrong = This passkey could not be set up. Try again, or use another device.

## Putting off a second factor, and recovery codes

set-up-title = Protect your account
set-up-lead = With a second factor your account stays yours, even if somebody learns your password. Setting it up takes about a minute.
set-up-until = You can put this off until { $date }. From then on nobody signs in here without a second factor.
set-up-optional = You need not have one. You find this again in your account.
set-up-recovered = You signed in with a recovery code, which works only once. Set up a second factor now, or you will need another code next time.
set-up-now = Set up now
set-up-later = Not now
add-another-title = Add another way to sign in
add-another-why = You are asked to have { $asked } second factors, and you have { $held }. If you lose one, you still get in with another.
add-another-until = You can put this off until { $date }. From then on nobody gets in here with fewer.
recovery-title = Enter your recovery code
recovery-lead = A recovery code comes from your administrator. It works once and for a short time, so that you can set up a new second factor.
recovery-late = Your account has no second factor yet, and your password alone is no longer enough to set one up. Ask your administrator for a recovery code and enter it here.
recovery-sign-on = Your organisation’s sign-on did not say that you gave a second factor there, so it takes a recovery code to set one up here. Sign out there, sign in again with your second factor, and come back; or ask your administrator for a code and enter it here.
recovery-label = Recovery code
recovery-wrong = This recovery code does not work. Check it letter by letter; it works only once and not for long.
recovery-back = Use another way
recovery-none = I have no recovery code
recovery-ask = Ask your administrator for one. They will make sure that it is you who asks.
account-set-up = Set up a second factor
account-optional = A second factor is not required of you. It makes your account safer.
account-required-until = You must have a second factor from { $date } on.
account-minimum = At least { $asked } second factors are required of you.
account-minimum-until = You must have at least { $asked } second factors from { $date } on.
help-title = Help with signing in
help-lead = How signing in with a second factor works, and what to do when something is missing.
help-link = Help
help-why-title = Why a second factor
help-why = A password can be guessed, seen or stolen, and nobody notices. With a second factor it is not enough: whoever wants to get in also needs something that you have.
help-first-title = The first time
help-first-one = Sign in with your user name and password, as always.
help-first-two = You are asked to set up a second factor. For an authenticator app, open the app on your phone, scan the picture, and type the six digits that it shows.
help-first-three = You get ten backup codes. Print them or save them where you find them without your phone, and say that you have done so.
help-ways-title = What can be a second factor
help-ways = Your organisation decides which of these you are offered. You may have several, and that is wise.
help-way-passkey = A passkey or security key: your device asks for your finger, face or PIN. It works on the right page only, so nobody can trick you into giving it away.
help-way-app = An authenticator app: it shows a new code every half minute, and needs no network.
help-way-sent = A code by e-mail or text message: convenient, but weaker than the others, as messages can be read or redirected.
help-codes-title = Backup codes
help-codes = Each code works once, in place of your second factor. On the code page choose “{ challenge-use-backup }”. New ones are on your account page; they make the old ones void.
help-new-title = I have a new phone
help-new = Set it up before you give the old one away: sign in, open your account page, add the new app or passkey, and then remove the old one.
help-lost-title = My phone is lost or broken
help-lost-one = On the code page choose “{ challenge-use-backup }” and enter one of your codes. Then, on your account page, say which second factor is lost and set up a new one.
help-lost-two = Without backup codes, ask your administrator for a recovery code, and choose “{ challenge-use-recovery }”. They will make sure that it is you who asks.
help-wrong-title = My code is not accepted
help-wrong = A code of the app: wait for the next one and type that, and let your phone set its clock by itself. A code by message: type the newest one, or have another one sent. After several wrong codes you have to wait a little: the page says until when.
help-stranger-title = I was told of something that was not me
help-stranger = Change your password, choose “{ account-sign-out-everywhere }”, look at your second factors and sessions on the account page, and tell your administrator at once. Nobody from your organisation will ever ask you for a code.
help-shared-title = At a computer that is not yours
help-shared = Sign out when you are done, and do not let the computer be remembered.
help-account = My account page

owners-title = Second factor of owners
owners-lead = What is asked of owners is set apart from everybody else: here, and on the command line. The stricter holds, this switch or the configuration.
owners-configuration = The configuration
owners-switch = This switch
owners-together = Together
owners-nothing = asks for nothing
owners-require = Require it of owners
owners-require-about = Owners who have no second factor are asked to set one up with their next request.
owners-release = Take the switch back
owners-release-about = When the switch is taken back, the configuration alone says what is asked of owners. Nobody loses what they have set up.
owners-done = What is asked of owners is changed.

first-owner-title = The first owner
first-owner-lead = Nobody owns { $site } yet. With the token of the gateway you make an account that may do everything in its administration.
first-owner-token = Token
first-owner-token-hint = It is in a file on the gateway’s machine, which the gateway’s log names. It is good for one hour.
first-owner-name = Name, as others see it
first-owner-again = Password once more
first-owner-make = Make the account
first-owner-wrong = This token is not right, or its hour is over. The gateway’s log names the file that has it; a restart writes another.
first-owner-login-bad = A user name has only letters a to z, digits and . _ - + @, 128 at most.
first-owner-login-taken = Somebody has this user name. Choose another.
first-owner-name-bad = This name cannot be shown: it is too long, or has characters that do not show.

welcome-title = Choose your password
welcome-lead = Choose a password for { $site }; then you sign in with it.
welcome-set = Set password
welcome-void = This link is not good: it was used already, is more than three days old, or another one has taken its place. Ask whoever gave it to you for a new one.
welcome-stale = This page was open for too long. Open the link once more.
welcome-to-sign-in = To the sign-in page
new-password-title = Choose another password
new-password-lead = The password is right. Before you go on, another one is asked for.
new-password-set = Change and go on
new-password-same = This is the password that is to be changed. Choose another one.
new-password-over = It took too long, or the password was changed meanwhile. Please sign in again.
