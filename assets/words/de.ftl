# The words of the built-in pages, in German. The keys are those of en.ftl, in its order.

## Frame of every page

page-error = Fehler:
page-skip = Zum Inhalt springen
page-language = Sprache
who-signing-in = Anmeldung als { $who }
who-signed-in = Angemeldet als { $who }
who-start-again = Nicht Sie? Neu beginnen
who-sign-out = Nicht Sie? Abmelden
kept-note = Das Formular, das Sie senden wollten, ist aufbewahrt. Sobald Sie angemeldet sind, können Sie es erneut senden.
field-six-digits = 6-stelliger Bestätigungscode
button-continue = Weiter
button-confirm = Bestätigen
link-first-page = Zur Startseite
link-sign-in = Zur Anmeldung
link-try-again = Erneut versuchen

## Times

time-day = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
time-moment = { $day }, { $time } Uhr UTC
wait-seconds = { $count ->
    [one] in einer Sekunde
   *[other] in { $count } Sekunden
}
wait-minutes = in { $count ->
    [one] einer Minute
   *[other] { $count } Minuten
}
wait-hours = in { $count ->
    [one] einer Stunde
   *[other] { $count } Stunden
}

## What is said of attempts

busy = Gerade melden sich viele Personen an. Versuchen Sie es in einigen Sekunden erneut.
too-many-codes = Zu viele falsche Codes. Versuchen Sie es { $wait } erneut.
too-many-attempts = Zu viele Versuche. Versuchen Sie es { $wait } erneut.
code-wrong = Dieser Code ist nicht richtig. Geben Sie den Code ein, den die App jetzt anzeigt.
code-wrong-enrol = Dieser Code ist nicht richtig. Geben Sie den Code ein, den die App jetzt für dieses Konto anzeigt.
code-spent-challenge = Dieser Code wurde bereits verwendet. Warten Sie, bis die App den nächsten anzeigt, und geben Sie dann diesen ein.
method-disabled = Zu viele falsche Codes: Dieser Nachweis wurde gesperrt. Verwenden Sie einen anderen oder wenden Sie sich an Ihren Administrator.
method-not-offered = Das kann hier nicht verwendet werden.
backup-code-spent = Dieser Backup-Code wurde bereits verwendet. Nehmen Sie einen anderen.
backup-code-wrong = Das ist keiner Ihrer unbenutzten Backup-Codes. Prüfen Sie ihn Zeichen für Zeichen.
enrol-expired = Der QR-Code war zu alt. Entfernen Sie den Eintrag aus der App und scannen Sie den neuen QR-Code oben.

## Sign-in

sign-in-title = Anmelden
sign-in-lead = um fortzufahren zu { $site }
sign-in-login = Benutzername
sign-in-password = Passwort
sign-in-show = Anzeigen
sign-in-hide = Verbergen
sign-in-show-password = Passwort anzeigen
sign-in-button = Anmelden
sign-in-wrong = Benutzername und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es erneut.
sign-in-timed-out = Ihre Anmeldung hat zu lange gedauert oder ist beendet. Bitte melden Sie sich erneut an.
sign-in-no-cookie = Ihr Browser hat unser Cookie nicht zurückgesendet. Erlauben Sie Cookies für diese Website und versuchen Sie es dann erneut.
sign-in-stale = Diese Seite war zu lange geöffnet. Bitte melden Sie sich jetzt an.
sign-in-not-kept = Sie müssen sich zuerst anmelden. Was Sie senden wollten, konnte nicht aufbewahrt werden; Sie müssen es erneut senden.

## Second factor

second-first-lead = Melden Sie sich bei { $site } in zwei Schritten an: zuerst Ihr Code, dann Ihr Passwort an der Konsole.
second-first-code = Code
second-first-hint = Der sechsstellige Code Ihrer Authenticator-App oder ein Backup-Code.
second-first-wrong = Der Benutzername oder der Code ist falsch.
second-first-none = Ich habe noch keinen zweiten Faktor eingerichtet
second-first-none-hint = Melden Sie sich mit Ihrem Passwort an der Konsole an. Meldet sie einen Fehler, laden Sie ihre Seite neu: Dann richten Sie Ihren zweiten Faktor ein.
challenge-title = Bestätigungscode eingeben
challenge-again-title = Bestätigen Sie, dass Sie es sind
challenge-app = Öffnen Sie Ihre Authenticator-App und geben Sie den 6-stelligen Bestätigungscode für { $issuer } ein.
challenge-again = Sie sind angemeldet, aber was Sie öffnen möchten, verlangt einen neuen Code.
challenge-backup-title = Backup-Code eingeben
challenge-backup = Einer der Codes, die Sie beim Einrichten Ihrer Authenticator-App aufbewahrt haben. Jeder gilt einmal.
challenge-backup-label = Backup-Code
challenge-backup-hint = 16 Buchstaben und Ziffern. Bindestriche, Leerzeichen und Großschreibung spielen keine Rolle.
challenge-use-backup = Backup-Code verwenden
challenge-use-app = Authenticator-App verwenden
challenge-no-backup = Ich habe keine Backup-Codes
challenge-no-phone = Ich habe mein Telefon nicht zur Hand
challenge-try-backup = Verwenden Sie einen der zehn Backup-Codes, die Sie beim Einrichten Ihrer App aufbewahrt haben.
challenge-try-app = Verwenden Sie Ihre Authenticator-App, falls sich das Telefon wiederfindet.
challenge-try-administrator = Wenn Sie beides nicht zur Hand haben, bitten Sie Ihren Administrator, Ihren zweiten Faktor zurückzusetzen.
challenge-first-page = Stattdessen zur Startseite

## Setting up an authenticator app

enrol-title = Authenticator‑App einrichten
enrol-lead = Für die Anmeldung brauchen Sie hier Ihr Passwort und einen Code aus einer App auf Ihrem Telefon. Das Einrichten dauert etwa eine Minute und ist nur dieses eine Mal nötig.
enrol-app = Sie brauchen eine Authenticator-App
enrol-app-hint = Jede App für Einmalcodes ist geeignet. Wenn Sie noch keine haben, installieren Sie eine von diesen:
enrol-new-tab = (öffnet sich in einem neuen Tab)
enrol-scan = Scannen Sie diesen QR-Code mit der App
enrol-scan-hint = Wählen Sie in der App „Konto hinzufügen“ (oft ein Pluszeichen) und richten Sie die Kamera hierher.
enrol-qr = QR-Code für Ihre Authenticator-App. Derselbe Schlüssel steht daneben.
enrol-on-phone = Sind Sie gerade am Telefon?
enrol-open-app = In der App öffnen
enrol-by-hand = Scannen nicht möglich?
enrol-by-hand-hint = Geben Sie diesen Schlüssel in die App ein, für das Konto { $account }:
enrol-code = Geben Sie den Code ein, den die App anzeigt
enrol-handed-title = Geben Sie den Code der App ein, die Sie bekommen haben
enrol-handed-lead = Ihr Administrator hat eine Authenticator-App für Sie eingerichtet. Geben Sie die sechs Ziffern ein, die sie jetzt anzeigt: Von da an brauchen Sie hier zum Anmelden Ihr Passwort und einen Code aus dieser App.
enrol-handed-own = Stattdessen etwas Eigenes einrichten
enrol-handed-own-hint = Wenn Ihnen niemand eine App gegeben hat oder Sie lieber eine andere verwenden: Die App, die Sie bekommen haben, ist dann nutzlos.
enrol-handed-void = Die App, die Sie bekommen haben, kann nicht mehr benutzt werden. Richten Sie eine eigene ein oder bitten Sie Ihren Administrator um eine andere.

## Backup codes

codes-title = Ihre Backup-Codes
codes-first = Eingerichtet. Bewahren Sie nun diese Codes auf
codes-first-lead = Wenn Sie verlieren, was Sie eben eingerichtet haben, kommen Sie mit einem dieser Backup-Codes hinein. Jeder gilt einmal. Sie werden nur jetzt angezeigt.
codes-renewed = Ihre neuen Backup-Codes
codes-renewed-lead = Ihre alten Codes werden ungültig, sobald Sie unten bestätigen, dass Sie diese aufbewahrt haben.
codes-printed = Backup-Codes von { $who }, erstellt am { $made }. Jeder gilt einmal.
codes-list = Backup-Codes
codes-print = Drucken
codes-download = Herunterladen
codes-keep-secure = Bewahren Sie sie sicher auf: in einem Passwortmanager oder auf Papier an einem verschlossenen Ort.
codes-do-not-share = Geben Sie sie niemandem. Kein Administrator wird danach fragen.
codes-like-password = Behandeln Sie jeden wie ein Passwort: Wer ihn hat, kann sich als Sie anmelden.
codes-stored = Ich habe diese Codes an einem sicheren Ort aufbewahrt
codes-store-first = Bewahren Sie zuerst die Codes auf und setzen Sie dann das Häkchen.
codes-replaced = Diese Codes wurden durch neuere ersetzt. Verwenden Sie jene oder erstellen Sie hier neue.
codes-file-title = { $brand }: Backup-Codes von { $login } für { $site }
codes-file-made = Erstellt am { $day }. Jeder gilt einmal, anstelle eines Codes aus der App.
codes-file-advice = Bewahren Sie sie sicher auf. Geben Sie sie nicht weiter. Behandeln Sie jeden wie ein Passwort.
few-codes-title = Nur noch wenige Backup-Codes
few-codes-left = { $left ->
    [0] Das war Ihr letzter Backup-Code
    [one] Sie haben noch einen Backup-Code
   *[other] Sie haben noch { $left } Backup-Codes
}
few-codes-lead = Sie sind angemeldet. Erstellen Sie auf Ihrer Kontoseite neue Codes, solange Sie Ihre App zur Hand haben; die alten werden dann ungültig.
few-codes-account = Zu meinem Konto

## Account

account-title = Ihr Konto
account-unconfirmed = Sie haben noch nicht bestätigt, dass Sie Ihre Backup-Codes aufbewahrt haben. Wenn Sie sie nicht haben, erstellen Sie unten neue.
account-factors = Zweite Faktoren
account-factors-none = Keiner ist eingerichtet.
account-factor-kind = Art
account-factor-name = Name
account-factor-created = Eingerichtet
account-factor-used = Zuletzt verwendet
account-factor-unused = noch nie
account-codes = Backup-Codes
account-codes-left = Noch { $left } von 10
account-codes-made = , erstellt am { $made }
account-new-codes = Neue Backup-Codes erstellen
account-sessions = Sitzungen
account-sessions-count = { $sessions ->
    [one] Sie sind nur hier angemeldet.
   *[other] Sie sind an { $sessions } Stellen angemeldet.
}
account-sign-out = Abmelden
account-sign-out-everywhere = Überall abmelden
account-back = Zurück zu { $site }
account-required = Von Ihnen wird ein zweiter Faktor verlangt.
account-recovering = Sie haben sich mit einem Backup-Code angemeldet. Haben Sie etwas verloren, womit Sie sich anmelden, ersetzen Sie es hier innerhalb von zehn Minuten.
account-factor-change = { $name } umbenennen oder entfernen
account-factor-lost = Ich habe { $name } verloren
account-lost-hint = Etwas davon verloren? Melden Sie sich ab, melden Sie sich mit einem Backup-Code an und ersetzen Sie es dann hier.
account-codes-link = Codes anzeigen oder neue erstellen
account-password = Passwort
account-password-link = Passwort ändern
account-sessions-link = Ansehen, wo, und Sitzungen beenden
account-done-renamed = Der Name ist geändert.
account-done-removed = Entfernt. Ihre anderen Sitzungen sind beendet.
account-done-replaced = Ersetzt. Ihre anderen Sitzungen sind beendet.
account-done-password = Ihr Passwort ist geändert. Ihre anderen Sitzungen sind beendet.
add-passkey = Passkey oder Sicherheitsschlüssel hinzufügen
add-totp = Authenticator-App hinzufügen
add-email = Codes per E-Mail hinzufügen
add-sms = Codes per SMS hinzufügen

## Account: one second factor

factor-rename = Namen ändern
factor-name-wrong = Ein Name hat 1 bis 40 Zeichen.
factor-remove-heading = Entfernen
factor-remove-hint = Danach können Sie sich damit nicht mehr anmelden. Ihre anderen Sitzungen werden beendet.
factor-remove = Entfernen
factor-stays = Er kann nicht entfernt werden: Von Ihnen wird ein zweiter Faktor verlangt, und dies ist Ihr letzter. Fügen Sie zuerst einen anderen hinzu.
lost-title = Sie haben { $name } verloren
lost-lead = Richten Sie etwas Neues an seiner Stelle ein. Das Verlorene gilt von diesem Augenblick an nicht mehr, und Ihre anderen Sitzungen werden beendet.
lost-replace = Ersatz einrichten
lost-remove = Nur entfernen

## Account: backup codes

codes-kept = Sie können die verbliebenen Codes ansehen. Dass sie angezeigt wurden, wird festgehalten.
codes-not-kept = Codes werden nur beim Erstellen angezeigt. Wenn Sie sie nicht mehr haben, erstellen Sie neue.
codes-show = Codes anzeigen
codes-renew-hint = Die neuen Codes ersetzen alle alten.
codes-shown-lead = Das sind die verbliebenen Codes. Jeder gilt einmal.

## Account: sessions

sessions-lead = Wo Sie angemeldet sind. Kennen Sie eine Sitzung nicht, beenden Sie sie und ändern Sie Ihr Passwort.
sessions-prove = Bevor Sie Sitzungen beenden, weisen Sie sich noch einmal aus.
sessions-prove-link = Bestätigen, dass Sie es sind
sessions-browser-unknown = Unbekannter Browser
sessions-here = diese
sessions-site = Seite
sessions-address = Adresse
sessions-place = Ort
sessions-began = Begonnen
sessions-active = Zuletzt aktiv
sessions-end = Diese Sitzung beenden
sessions-others = Alle anderen
sessions-end-others = Alle anderen Sitzungen beenden
sessions-done-one = Die Sitzung ist beendet.
sessions-done-others = Alle Ihre anderen Sitzungen sind beendet.

## Account: password

password-lead = Ihre anderen Sitzungen werden beendet, wenn es sich ändert.
password-old = Bisheriges Passwort
password-new = Neues Passwort
password-again = Neues Passwort noch einmal
password-hint = Mindestens { $least } Zeichen. Einige zufällige Wörter sind gut.
password-unequal = Die beiden neuen Passwörter sind nicht gleich.
password-old-wrong = Das ist nicht Ihr bisheriges Passwort.
password-too-short = Ein Passwort braucht mindestens { $least } Zeichen.
password-too-long = Dieses Passwort ist zu lang.
password-common = Dieses Passwort gehört zu denen, die Angreifer zuerst versuchen. Wählen Sie ein anderes.
password-contains-login = Ein Passwort darf Ihren Benutzernamen nicht enthalten.

## Signing out

sign-out-title = Abmelden
sign-out-question = Abmelden?
sign-out-who = Sie sind als { $login } angemeldet. Beim Abmelden endet diese Sitzung mit allem, was darin geöffnet ist.
sign-out-button = Abmelden
sign-out-stay = Angemeldet bleiben
signed-out-title = Abgemeldet
signed-out-heading = Sie sind abgemeldet
signed-out-everywhere = Alle Ihre Sitzungen sind beendet, auf diesem Gerät und auf allen anderen.
signed-out-here = Ihre Sitzung auf diesem Gerät ist beendet.
signed-out-again = Erneut anmelden

## A form that was kept

kept-form-title = Ihr Formular ist nicht verloren
kept-form-lead = Sie mussten sich anmelden, bevor es an { $target } gesendet werden konnte. Es wurde noch nichts gesendet.
kept-form-fields = { $count ->
    [one] Es enthält ein Feld
   *[other] Es enthält { $count } Felder
}
kept-form-send = Jetzt senden
kept-form-discard = Nicht senden

## Refusals: headings, ways on, and what surrounds them

refusal-request-number = Nummer der Anfrage
refusal-your-address = Ihre Adresse
refusal-other-account = Anderes Konto verwenden
heading-nothing-here = Unter dieser Adresse gibt es nichts
heading-send-again = Bitte senden Sie das Formular erneut
heading-not-signed-in = Nicht angemeldet
heading-sign-in-again = Bitte melden Sie sich erneut an
heading-token = Das Dienst-Token wurde abgelehnt
heading-too-much = Das war zu viel
heading-too-long = Das hat zu lange gedauert
heading-connections = Zu viele Verbindungen
heading-attempts = Zu viele Versuche
heading-moment = Einen Moment, bitte
heading-impossible = Die Anmeldung ist zurzeit nicht möglich
heading-console-unavailable = Die Konsole ist nicht erreichbar
heading-console-wrong = Die Konsole hat falsch geantwortet
heading-console-slow = Die Konsole braucht zu lange
heading-where = Es ist unklar, wo Sie sind
heading-account = Nicht mit diesem Konto
heading-programs = Diese Adresse ist für Programme
heading-not-from-here = Nicht von hier aus
heading-refused = Diese Anfrage wurde abgelehnt
not-found-heading = Diese Seite gibt es nicht
not-found = Die Adresse gehört zum Anmeldedienst, aber dort ist nichts.
    .next = Prüfen Sie die Adresse auf Tippfehler oder beginnen Sie auf der Startseite der Konsole.
enrolment-closed-heading = Ihr zweiter Faktor kann nicht eingerichtet werden
enrolment-closed = Ihr Konto hat noch keine Authenticator-App, und die Zeit, in der Sie selbst eine einrichten konnten, ist abgelaufen.
    .next = Bitten Sie Ihren Administrator, das Einrichten wieder zu öffnen; melden Sie sich dann an und richten Sie die App ein.
enrolment-closed-sign-on = Der Anmeldedienst Ihrer Organisation hat nicht gesagt, dass Sie dort einen zweiten Faktor vorgezeigt haben; deshalb können Sie hier keinen einrichten.
    .next = Melden Sie sich dort ab, mit Ihrem zweiten Faktor wieder an, und kommen Sie zurück. Wenn Sie keinen mehr haben, bitten Sie Ihren Administrator um einen Wiederherstellungscode.
no-method-heading = Es gibt keinen Weg, sich auszuweisen
no-method = Nichts, was für Ihr Konto eingerichtet ist, kann zurzeit verwendet werden.
    .next = Bitten Sie Ihren Administrator, Ihren zweiten Faktor zurückzusetzen.
too-few-heading = Ein weiterer zweiter Faktor ist nötig
too-few = Von Ihnen werden mehr zweite Faktoren verlangt, als hier eingerichtet werden können.
    .next = Bitten Sie Ihren Administrator, mehr Arten davon zu erlauben oder weniger zu verlangen.
for-programs-certificate = Hier werden nur Programme mit einem Client-Zertifikat eingelassen. Eine Person kann sich hier nicht anmelden.
    .next = Wenn Sie über einen Link gekommen sind, gehen Sie zurück. Wenn Ihr Programm Zugang braucht, bitten Sie Ihren Administrator um ein Zertifikat.
for-programs-token = Hier werden nur Programme mit einem Dienst-Token eingelassen. Eine Person kann sich hier nicht anmelden.
    .next = Wenn Sie über einen Link gekommen sind, gehen Sie zurück. Wenn Ihr Programm Zugang braucht, bitten Sie Ihren Administrator um ein Token.

## Proof in another window

proved-title = Bestätigt
proved-heading = Sie sind es
proved-close = Sie können dieses Fenster schließen und dort weitermachen, wo Sie waren.
retry-message = Was Sie gerade tun, verlangt einen Nachweis, dass Sie es sind.
retry-open = In einem neuen Fenster nachweisen
retry-cancel = Jetzt nicht

## Refusals: what happened and why, then what to do next

refusal-upstream-unreachable = Die Konsole hinter dieser Seite antwortet nicht: Es kam keine Verbindung zustande, oder sie hat die Verbindung geschlossen.
    .next = Versuchen Sie es in einer Minute erneut. Wenn Sie etwas ändern wollten, prüfen Sie zuerst, ob es schon geschehen ist. Wenn es anhält, informieren Sie die Betreiber der Konsole.
refusal-upstream-unavailable = Die Konsole hinter dieser Seite läuft zurzeit nicht: Keiner ihrer Server antwortet.
    .next = Versuchen Sie es in einer Minute erneut. Wenn es anhält, informieren Sie die Betreiber der Konsole.
refusal-upstream-timeout = Die Konsole hinter dieser Seite hat zu lange für ihre Antwort gebraucht.
    .next = Versuchen Sie es erneut. Wenn Sie etwas ändern wollten, prüfen Sie zuerst, ob es schon geschehen ist.
refusal-upstream-invalid = Die Konsole hinter dieser Seite hat eine Antwort gegeben, die gegen die Regeln des Webs verstößt; sie wurde nicht weitergegeben.
    .next = Versuchen Sie es erneut. Wenn es anhält, informieren Sie die Betreiber der Konsole und nennen Sie die Nummer der Anfrage, die unten steht.
refusal-throttled = Es gab zu viele Versuche.
    .next = Warten Sie einen Moment und versuchen Sie es dann erneut. Es ist nichts verloren, und Ihr Konto ist nicht gesperrt.
refusal-busy = In diesem Moment melden sich zu viele Personen an.
    .next = Versuchen Sie es in einigen Sekunden erneut.
refusal-too-slow = Die Verbindung war zu langsam.
    .next = Versuchen Sie es erneut, wo das Netz besser ist.
refusal-session-over = Die Sitzung ist beendet.
    .next = Melden Sie sich erneut an.
refusal-draining = Der Anmeldedienst wird neu gestartet.
    .next = Versuchen Sie es in einigen Sekunden erneut.
refusal-unable = Der Anmeldedienst kann zurzeit nichts prüfen und lässt deshalb niemanden ein.
    .next = Versuchen Sie es in einer Minute erneut. Wenn es anhält, nennen Sie Ihrem Administrator die Nummer der Anfrage, die unten steht.
refusal-unknown-host = Unter dieser Adresse wird keine Konsole angeboten.
    .next = Prüfen Sie die Adresse auf Tippfehler oder fragen Sie Ihren Administrator nach der richtigen.
refusal-cross-site = Dieses Formular wurde nicht von der Seite gesendet, zu der es gehört, oder die Seite war zu lange geöffnet.
    .next = Gehen Sie zurück, laden Sie die Seite neu und senden Sie das Formular erneut.
refusal-cookie = Ihr Browser hat eine Anmeldung gesendet, die hier nicht verwendet werden kann.
    .next = Sie wurde entfernt. Laden Sie die Seite neu und melden Sie sich erneut an.
refusal-form = Das Formular war unvollständig oder enthielt Felder, die es nicht hat.
    .next = Gehen Sie zurück, laden Sie die Seite neu und füllen Sie es erneut aus.
refusal-login-unclear = Aus dem Anmeldeformular geht nicht klar hervor, wer sich anmeldet.
    .next = Gehen Sie zurück zur Anmeldeseite, laden Sie sie neu und füllen Sie sie noch einmal aus.
refusal-login-refused = Sie sind nicht angemeldet. Benutzername oder Passwort sind falsch, oder die Antwort der Konsole ist kein klares Ja.
    .next = Gehen Sie zurück zur Anmeldeseite und versuchen Sie es noch einmal.
refusal-statement-missing = Hier können Sie sich nur über den Anmeldedienst Ihrer Organisation anmelden, und der hat nicht gesagt, wer Sie sind.
    .next = Öffnen Sie die gewohnte Adresse, melden Sie sich dort an und kommen Sie zurück. Hilft das nicht, wenden Sie sich an den Betreiber dieser Website.
refusal-statement-unclear = Der Anmeldedienst Ihrer Organisation hat nicht klar gesagt, wer Sie sind, oder seine Angabe gilt nicht mehr.
    .next = Laden Sie die Seite neu. Hilft das nicht, melden Sie sich dort ab und wieder an, oder wenden Sie sich an den Betreiber dieser Website.
refusal-plain-http = Diese Website wird nur über HTTPS angeboten.
    .next = Verwenden Sie dieselbe Adresse mit https:// am Anfang.
refusal-streams = Diese Sitzung hat bereits so viele stehende Verbindungen, wie sie haben darf.
    .next = Schließen Sie andere Tabs der Konsole und versuchen Sie es dann erneut.
refusal-websocket = Das anfragende Programm spricht WebSocket nicht so, wie es sollte.
    .next = Aktualisieren Sie das Programm oder den Browser.
refusal-body = Es wurde mehr gesendet, als diese Seite annimmt.
    .next = Gehen Sie zurück und senden Sie weniger.
refusal-service-worker = Diese Website erlaubt keine Hintergrundskripte (Service Worker).
    .next = Sie müssen nichts tun; ein Administrator kann sie für die Website erlauben.
refusal-client-address = Es ließ sich nicht feststellen, woher diese Anfrage kommt.
    .next = Informieren Sie Ihren Administrator und nennen Sie die Nummer der Anfrage, die unten steht.
refusal-ambiguous = Die Anfrage lässt sich nicht auf genau eine Weise lesen und wurde deshalb nicht weitergegeben.
    .next = Prüfen Sie die Adresse auf ungewöhnliche Zeichen oder beginnen Sie auf der Startseite der Konsole.
refusal-shut-out = Von Ihrem Standort aus darf diese Seite nicht verwendet werden: Das Netz oder die Region, in der Sie sind, ist ausgeschlossen.
    .next = Verbinden Sie sich über ein anderes Netz, etwa das Ihres Büros oder dessen VPN, und versuchen Sie es dann erneut. Wenn Sie von hier aus Zugang haben sollten, fragen Sie Ihren Administrator und nennen Sie die Nummer der Anfrage und Ihre Adresse, die unten stehen.
refusal-not-allowed = Diese Seite darf nur aus bestimmten Netzen oder Regionen verwendet werden, und Sie sind in keiner davon.
    .next = Verbinden Sie sich über das Netz Ihres Büros oder dessen VPN und versuchen Sie es dann erneut. Wenn Sie von hier aus Zugang haben sollten, fragen Sie Ihren Administrator und nennen Sie die Nummer der Anfrage und Ihre Adresse, die unten stehen.
refusal-place-not-allowed = Diese Seite darf nur aus bestimmten Regionen verwendet werden, und Sie scheinen woanders zu sein.
    .next = Wenn Sie im Ausland sind oder ein VPN diesen Eindruck erweckt, verbinden Sie sich von zu Hause oder über das VPN Ihres Büros und versuchen Sie es dann erneut. Fragen Sie sonst Ihren Administrator und nennen Sie die Nummer der Anfrage und Ihre Adresse, die unten stehen.
refusal-place-unknown = Diese Seite darf nur aus bestimmten Regionen verwendet werden, und es ließ sich nicht feststellen, wo Sie sind.
    .next = Verbinden Sie sich über das Netz Ihres Büros oder dessen VPN und versuchen Sie es dann erneut. Fragen Sie sonst Ihren Administrator und nennen Sie die Nummer der Anfrage und Ihre Adresse, die unten stehen.
refusal-person = Sie sind angemeldet, aber diese Seite ist für andere Personen bestimmt.
    .next = Gehen Sie zurück oder verwenden Sie ein anderes Konto. Wenn Sie die Seite brauchen, bitten Sie Ihren Administrator um Zugang.
refusal-machine-only = Diese Adresse ist für Programme in bestimmten Netzen. Die Seite einer anderen Website hat Ihren Browser hierher geschickt; deshalb wurde die Anfrage nicht weitergegeben.
    .next = Schließen Sie die Seite, von der Sie gekommen sind. Wenn Sie hierher wollten, geben Sie die Adresse selbst ein.
refusal-token-invalid = Das Dienst-Token ist ungültig: Es ist falsch geschrieben, abgelaufen oder widerrufen.
    .next = Bitten Sie dort um ein neues, wo dieses ausgestellt wurde.
refusal-token-scope = Das Dienst-Token ist gültig, aber nicht für diese Anfrage: Website, Pfad, Methode oder Netz stimmen nicht überein.
    .next = Bitten Sie dort, wo dieses ausgestellt wurde, um ein Token, das die Anfrage abdeckt.

## Second factors

factor-password = Passwort
factor-passkey = Passkey oder Sicherheitsschlüssel
factor-totp = Authenticator-App
factor-email = Code per E-Mail
factor-sms = Code per SMS
factor-backup-code = Backup-Codes
factor-recovery-code = Wiederherstellungscode
factor-remembered-device = Gemerktes Gerät
factor-federated = Anmeldedienst
factor-federated-mfa = Zweiter Faktor beim Anmeldedienst
set-up-passkey = Ihr Fingerabdruck, Ihr Gesicht oder Ihre PIN auf diesem Gerät, oder ein Schlüssel, den Sie einstecken. Am sichersten: Eine gefälschte Seite kann damit nichts anfangen.
set-up-totp = Eine App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code.
set-up-email = Wir senden Ihnen jedes Mal einen Code. Weniger sicher als die anderen.
set-up-sms = Wir senden Ihnen jedes Mal einen Code per SMS. Funktioniert mit jedem Mobiltelefon.
enrol-choice = Zweiten Faktor einrichten
enrol-choice-lead = Die Anmeldung verlangt hier mehr als Ihr Passwort. Wählen Sie, was Sie verwenden möchten; weitere können Sie später hinzufügen.
enrol-choice-further = Zweiten Faktor hinzufügen
enrol-choice-further-lead = Was möchten Sie zusätzlich verwenden?
account-back-to = Zurück zu meinem Konto
challenge-use-recovery = Wiederherstellungscode verwenden
challenge-use-passkey = Passkey oder Sicherheitsschlüssel verwenden
challenge-use-email = Code per E-Mail erhalten
challenge-use-sms = Code per SMS erhalten
challenge-particular = Sie sind angemeldet, aber was Sie öffnen möchten, verlangt zusätzlich diesen Nachweis.
challenge-change = Sie sind angemeldet. Um Ihr Konto zu ändern, bestätigen Sie noch einmal, dass Sie es sind.
no-such-proof-heading = Ein weiterer Nachweis ist nötig
no-such-proof = Was Sie öffnen, verlangt einen Nachweis, den Ihr Konto noch nicht hat.
    .next = Bitten Sie Ihren Administrator, ihn mit Ihnen einzurichten, oder gehen Sie zurück.
no-such-proof-passkey = Was Sie öffnen, verlangt einen Passkey oder Sicherheitsschlüssel, und Ihr Konto hat keinen, der hier verwendet werden kann.
    .next = Richten Sie einen ein und öffnen Sie die Seite dann erneut.
link-set-up = Einrichten

## Codes by e-mail and SMS

sent-title-email = Einen Code per E‑Mail erhalten
sent-title-sms = Einen Code per SMS erhalten
sent-title-enter = Geben Sie den gesendeten Code ein
sent-lead-email = Wir senden einen Code an { $to }. Er gilt zehn Minuten.
sent-lead-sms = Wir senden einen Code an Ihr Telefon { $to }. Er gilt zehn Minuten.
sent-done-email = Wir haben einen Code an { $to } gesendet. Er gilt zehn Minuten. Kommt er nicht an, sehen Sie im Spam-Ordner nach.
sent-done-sms = Wir haben einen Code an Ihr Telefon { $to } gesendet. Er gilt zehn Minuten.
sent-button = Code senden
sent-again = Noch einen Code senden
sent-field = Code
sent-wrong = Dieser Code ist falsch oder zu alt. Geben Sie den neuesten ein, oder lassen Sie sich noch einen senden.
sent-wait = Es wurden genug Codes gesendet. Fordern Sie { $wait } einen weiteren an; einer, der Sie schon erreicht hat, kann noch gelten.
sent-none-email = Ihr Konto hat keine E-Mail-Adresse für Codes. Bitten Sie Ihren Administrator, eine einzutragen, oder verwenden Sie eine andere Methode.
sent-none-sms = Ihr Konto hat keine Mobilnummer für Codes. Bitten Sie Ihren Administrator, eine einzutragen, oder verwenden Sie eine andere Methode.
sent-cannot-receive = Ich kann diesen Code nicht empfangen
sent-ask-administrator = Wenn keine andere Methode zur Hand ist, bitten Sie Ihren Administrator, Ihren zweiten Faktor zurückzusetzen.
sent-other-ways = Andere Methode verwenden
contact-title-email = Codes per E‑Mail einrichten
contact-title-sms = Codes per SMS einrichten
contact-lead-email = Die Anmeldung braucht dann Ihr Passwort und einen Code, den wir an diese Adresse senden. Sie dient nur dafür.
contact-lead-sms = Die Anmeldung braucht dann Ihr Passwort und einen Code, den wir an diese Nummer senden. Sie dient nur dafür.
contact-field-email = E-Mail-Adresse
contact-field-sms = Mobilnummer
contact-hint-sms = Mit Ländervorwahl: +49 151 23456789
contact-validate = Bestätigen
contact-other-email = Eine andere Adresse verwenden
contact-other-sms = Eine andere Nummer verwenden
contact-bad-email = Das ist keine E-Mail-Adresse. Sie hat die Form name@rechner, zum Beispiel ann@example.org.
contact-bad-sms = Das ist keine Mobilnummer mit Ländervorwahl, zum Beispiel +49 151 23456789.
contact-unusable-email = An diese Adresse können keine Codes gesendet werden. Verwenden Sie eine andere, oder fragen Sie Ihren Administrator.
contact-unusable-sms = An diese Nummer können keine Codes gesendet werden. Verwenden Sie eine andere, oder fragen Sie Ihren Administrator.

## Letters and text messages

text-code = { $code } ist Ihr Code für { $host }. Sagen Sie ihn niemandem.
letter-code-subject = Ihr Code für { $host }
letter-code-prove = Jemand meldet sich mit Ihrem Passwort bei { $host } an.
letter-code-bind = Jemand möchte Codes für { $host } an dieser Adresse erhalten.
letter-code-use = Geben Sie diesen Code auf der Seite ein. Er gilt zehn Minuten, und nur einmal.
letter-code-prove-not-you = Sind Sie das nicht, kennt jemand Ihr Passwort: Ändern Sie es, und informieren Sie Ihren Administrator.
letter-code-bind-not-you = Sind Sie das nicht, müssen Sie nichts tun: Ohne den Code geschieht nichts.
letter-code-nobody = Sagen Sie den Code niemandem: Niemand von { $brand } wird danach fragen.
text-notice = { $brand }: { $what }. Konto { $login }. Waren Sie das nicht? Sagen Sie es Ihrer Administration.
text-notice-of-all = { $brand }: { $what }. War es niemand, den Sie kennen, finden Sie heraus, wer es war.
notice-about = Das geschah mit dem Konto { $login } bei { $brand }.
notice-about-all = Das geschah bei { $brand } und betrifft kein bestimmtes Konto.
notice-not-you = Waren weder Sie es noch jemand in Ihrem Auftrag, ändern Sie Ihr Passwort, und sagen Sie es sofort Ihrer Administration. Diese Nachricht enthält keine Verweise: Rufen Sie die Seite auf wie immer.
notice-not-yours = Sie erfahren das als Eigentümer. Hat ihn niemand aus Ihrer Administration ausgestellt, finden Sie heraus, wer es war, und widerrufen Sie ihn sofort.
notice-not-known = Sie erfahren das als Eigentümer. War es niemand aus Ihrer Administration, finden Sie heraus, wer es war: Im Audit-Protokoll steht mehr. Über Befehle auf der Befehlszeile schreiben wir Ihnen höchstens einmal je Stunde; alle stehen im Audit-Protokoll.
notice-when = Wann
notice-from = Von der Adresse
notice-place = Ort
notice-browser = Browser
notice-site = Seite
notice-factor = Womit
notice-by = Durch
notice-by-account = jemanden, der mit diesem Konto oder seinem Passwort angemeldet war
notice-by-administrator = die Administration
notice-record = Im Audit-Protokoll
notice-bound = Ein zweiter Faktor wurde eingerichtet
notice-removed = Ein zweiter Faktor wurde entfernt
notice-disabled = Ein zweiter Faktor wurde nach zu vielen falschen Codes abgeschaltet
notice-reset = Alle zweiten Faktoren wurden entfernt
notice-codes = Neue Backup-Codes wurden erzeugt
notice-codes-shown = Die Backup-Codes wurden noch einmal angezeigt
notice-code-used = Ein Backup-Code wurde benutzt
notice-recovery-issued = Für Sie wurde ein Wiederherstellungscode ausgestellt
notice-recovery-issued-owner = Für jemanden wurde ein Wiederherstellungscode ausgestellt
notice-policy-owner = Wer einen zweiten Faktor haben muss, wurde geändert
notice-site-policy-owner = Was eine Website verlangt, wurde geändert
notice-command-line-owner = Auf der Befehlszeile des Gateways ist etwas geschehen
notice-recovery-used = Ein Wiederherstellungscode wurde benutzt
notice-handed = Eine Authenticator-App wurde für Sie eingerichtet; sie zählt, sobald Sie ihren Code eingeben
notice-refused = Jemand nannte Ihr Passwort, aber einen falschen zweiten Faktor
notice-password = Das Passwort wurde geändert
notice-password-link = Ein Link wurde erstellt, mit dem sich ein neues Passwort wählen lässt
notice-email = Die E-Mail-Adresse in Ihrem Profil wurde geändert oder entfernt
notice-role = Die Rolle Ihres Kontos wurde geändert
notice-new-place = Jemand hat sich von einem neuen Ort aus angemeldet
notice-reminder = Richten Sie bald einen zweiten Faktor ein
notice-reminder-about = Ab { $date } meldet sich beim Konto { $login } bei { $brand } niemand mehr ohne zweiten Faktor an. Melden Sie sich vorher an wie immer, und richten Sie einen ein. Diese Nachricht enthält keine Verweise.
notice-changed = An Ihrem Konto wurde etwas geändert
## Devices

devices = Geräte
devices-lead = Browser, die hier bekannt sind, weil Sie es so wollten. Entfernen Sie alle, die Sie nicht mehr benutzen: Wer dort angemeldet ist, wird abgemeldet.
devices-none = Kein Browser ist registriert.
devices-here = dieser Browser
devices-created = Registriert
devices-remembered = Gilt als zweiter Faktor bis
devices-verified = Geprüftes Gerät bis
devices-waiting = muss noch freigegeben werden
devices-remove = Entfernen
devices-register = Diesen Browser registrieren
devices-register-about = Manche Seiten öffnen sich nur in einem Browser, den Sie registriert haben. Dafür geben Sie einmal Ihren zweiten Faktor an und melden sich danach neu an. Es ersetzt keinen Nachweis.
devices-register-this = Diesen Browser als geprüftes Gerät registrieren
devices-done-registered = Dieser Browser ist registriert. Melden Sie sich neu an, dann öffnen sich hier auch Seiten, die ein geprüftes Gerät verlangen.
devices-done-removed = Der Browser wurde entfernt.
devices-remember = In diesem Browser { $days } Tage lang nicht nach einem Code fragen
devices-remember-hint = Nur auf einem Gerät, das sonst niemand benutzt. Sie können es auf Ihrer Kontoseite rückgängig machen.
refusal-device = Diese Seite öffnet sich nur in einem Browser, den Sie als geprüftes Gerät registriert haben.
    .next = Registrieren Sie diesen Browser auf Ihrer Kontoseite und melden Sie sich dann neu an. Wenn er noch auf Freigabe wartet, fragen Sie Ihre Administration.
heading-device = Nicht in diesem Browser
link-devices = Zu meinen Geräten
account-devices = Geräte, die Sie registriert haben

## Passkeys

passkey-title = Verwenden Sie Ihren Passkey
passkey-lead = Ihr Browser fragt danach: Fingerabdruck, Gesicht oder PIN auf diesem Gerät, oder Ihr Sicherheitsschlüssel.
passkey-again = Sie sind angemeldet, aber was Sie öffnen möchten, verlangt einen frischen Nachweis.
passkey-use = Passkey verwenden
passkey-lost = Ich habe meinen Passkey nicht
passkey-try-other = Weisen Sie sich auf einem Ihrer anderen Wege aus.
passkey-no-script = Passkeys brauchen JavaScript, das in diesem Browser ausgeschaltet ist. Verwenden Sie einen anderen Weg oder schalten Sie es ein.
passkey-unsupported = Dieser Browser kann keine Passkeys verwenden. Verwenden Sie einen anderen Weg oder einen anderen Browser.
passkey-cancelled = Von Ihrem Passkey kam nichts: Es wurde abgebrochen, dauerte zu lange, oder er ist nicht auf diesem Gerät. Versuchen Sie es erneut oder verwenden Sie einen anderen Weg.
passkey-registered = Dieses Gerät oder dieser Schlüssel ist bereits eingerichtet.
passkey-failed = Ihr Browser konnte hier keinen Passkey verwenden. Versuchen Sie es erneut oder verwenden Sie einen anderen Weg.
passkey-wrong = Dieser Passkey wurde nicht angenommen. Versuchen Sie es erneut oder verwenden Sie einen anderen Weg.
passkey-sign-in = Mit einem Passkey anmelden
passkey-sign-in-wrong = Dieser Passkey wurde nicht angenommen. Versuchen Sie es erneut oder melden Sie sich mit Benutzername und Passwort an.
passkey-enrol-title = Passkey einrichten
passkey-enrol-lead = Ein Passkey lässt Sie mit Fingerabdruck, Gesicht oder PIN auf diesem Gerät hinein, oder mit einem Schlüssel, den Sie einstecken. Er gilt nur auf dieser Seite, niemand kann ihn Ihnen ablisten.
passkey-enrol-name = Name
passkey-enrol-name-hint = Um ihn später von anderen zu unterscheiden, etwa: Arbeitslaptop.
passkey-enrol-button = Passkey erstellen
passkey-enrol-other = Etwas anderes einrichten
passkey-enrol-wrong = Dieser Passkey konnte nicht eingerichtet werden. Versuchen Sie es erneut oder verwenden Sie ein anderes Gerät.

## Putting off a second factor, and recovery codes

set-up-title = Schützen Sie Ihr Konto
set-up-lead = Mit einem zweiten Faktor bleibt Ihr Konto Ihres, auch wenn jemand Ihr Passwort erfährt. Das Einrichten dauert etwa eine Minute.
set-up-until = Sie können das bis { $date } aufschieben. Danach meldet sich hier niemand mehr ohne zweiten Faktor an.
set-up-optional = Sie brauchen keinen. Sie finden dies in Ihrem Konto wieder.
set-up-recovered = Sie haben sich mit einem Wiederherstellungscode angemeldet, der nur einmal gilt. Richten Sie jetzt einen zweiten Faktor ein, sonst brauchen Sie beim nächsten Mal wieder einen Code.
set-up-now = Jetzt einrichten
set-up-later = Nicht jetzt
add-another-title = Fügen Sie eine weitere Anmeldemöglichkeit hinzu
add-another-why = Von Ihnen werden { $asked } zweite Faktoren verlangt, und Sie haben { $held }. Wenn Sie einen verlieren, kommen Sie mit einem anderen noch hinein.
add-another-until = Sie können das bis { $date } aufschieben. Danach kommt hier niemand mehr mit weniger hinein.
recovery-title = Wiederherstellungscode eingeben
recovery-lead = Ein Wiederherstellungscode kommt von Ihrem Administrator. Er gilt einmal und nur kurze Zeit, damit Sie einen neuen zweiten Faktor einrichten können.
recovery-late = Ihr Konto hat noch keinen zweiten Faktor, und Ihr Passwort allein reicht nicht mehr, um einen einzurichten. Bitten Sie Ihren Administrator um einen Wiederherstellungscode und geben Sie ihn hier ein.
recovery-sign-on = Der Anmeldedienst Ihrer Organisation hat nicht gesagt, dass Sie dort einen zweiten Faktor vorgezeigt haben; deshalb brauchen Sie einen Wiederherstellungscode, um hier einen einzurichten. Melden Sie sich dort ab, mit Ihrem zweiten Faktor wieder an, und kommen Sie zurück; oder bitten Sie Ihren Administrator um einen Code und geben Sie ihn hier ein.
recovery-label = Wiederherstellungscode
recovery-wrong = Dieser Wiederherstellungscode gilt nicht. Prüfen Sie ihn Zeichen für Zeichen; er gilt nur einmal und nicht lange.
recovery-back = Anders anmelden
recovery-none = Ich habe keinen Wiederherstellungscode
recovery-ask = Bitten Sie Ihren Administrator um einen. Er wird sich vergewissern, dass Sie es sind.
account-set-up = Zweiten Faktor einrichten
account-optional = Ein zweiter Faktor ist für Sie nicht vorgeschrieben. Er macht Ihr Konto sicherer.
account-required-until = Ab { $date } müssen Sie einen zweiten Faktor haben.
account-minimum = Von Ihnen werden mindestens { $asked } zweite Faktoren verlangt.
account-minimum-until = Ab { $date } müssen Sie mindestens { $asked } zweite Faktoren haben.
help-title = Hilfe beim Anmelden
help-lead = Wie die Anmeldung mit einem zweiten Faktor geht und was zu tun ist, wenn etwas fehlt.
help-link = Hilfe
help-why-title = Wozu ein zweiter Faktor
help-why = Ein Passwort kann erraten, gesehen oder gestohlen werden, ohne dass es jemand merkt. Mit einem zweiten Faktor reicht es nicht: Wer hineinwill, braucht auch etwas, das Sie haben.
help-first-title = Beim ersten Mal
help-first-one = Melden Sie sich wie immer mit Benutzernamen und Passwort an.
help-first-two = Sie werden gebeten, einen zweiten Faktor einzurichten. Für eine Authenticator-App öffnen Sie die App auf Ihrem Telefon, scannen das Bild und geben die sechs Ziffern ein, die sie zeigt.
help-first-three = Sie bekommen zehn Backup-Codes. Drucken oder speichern Sie sie dort, wo Sie sie ohne Ihr Telefon finden, und bestätigen Sie das.
help-ways-title = Was ein zweiter Faktor sein kann
help-ways = Ihre Organisation bestimmt, was davon Ihnen angeboten wird. Sie können mehrere haben, und das ist klug.
help-way-passkey = Ein Passkey oder Sicherheitsschlüssel: Ihr Gerät fragt nach Finger, Gesicht oder PIN. Er wirkt nur auf der richtigen Seite, niemand kann ihn Ihnen abschwatzen.
help-way-app = Eine Authenticator-App: Sie zeigt jede halbe Minute einen neuen Code und braucht kein Netz.
help-way-sent = Ein Code per E-Mail oder SMS: bequem, aber schwächer als die anderen, denn Nachrichten können gelesen oder umgeleitet werden.
help-codes-title = Backup-Codes
help-codes = Jeder Code gilt einmal, anstelle Ihres zweiten Faktors. Wählen Sie auf der Seite für den Code „{ challenge-use-backup }“. Neue gibt es auf Ihrer Kontoseite; sie machen die alten ungültig.
help-new-title = Ich habe ein neues Telefon
help-new = Richten Sie es ein, bevor Sie das alte weggeben: Melden Sie sich an, öffnen Sie Ihre Kontoseite, fügen Sie die neue App oder den Passkey hinzu und entfernen Sie dann das alte.
help-lost-title = Mein Telefon ist verloren oder kaputt
help-lost-one = Wählen Sie auf der Seite für den Code „{ challenge-use-backup }“ und geben Sie einen Ihrer Codes ein. Geben Sie dann auf der Kontoseite an, welcher zweite Faktor verloren ist, und richten Sie einen neuen ein.
help-lost-two = Ohne Backup-Codes bitten Sie Ihre Administration um einen Wiederherstellungscode und wählen „{ challenge-use-recovery }“. Dort wird geprüft, dass wirklich Sie fragen.
help-wrong-title = Mein Code wird nicht angenommen
help-wrong = Ein Code der App: Warten Sie auf den nächsten und geben Sie diesen ein, und lassen Sie Ihr Telefon die Uhr selbst stellen. Ein Code aus einer Nachricht: Geben Sie den neuesten ein, oder lassen Sie sich noch einen senden. Nach mehreren falschen Codes müssen Sie etwas warten: Die Seite sagt, bis wann.
help-stranger-title = Mir wurde etwas gemeldet, das ich nicht war
help-stranger = Ändern Sie Ihr Passwort, wählen Sie „{ account-sign-out-everywhere }“, sehen Sie auf der Kontoseite Ihre zweiten Faktoren und Sitzungen durch und sagen Sie es sofort Ihrer Administration. Niemand aus Ihrer Organisation wird Sie je nach einem Code fragen.
help-shared-title = An einem fremden Computer
help-shared = Melden Sie sich ab, wenn Sie fertig sind, und lassen Sie die Frage nach dem Code eingeschaltet.
help-account = Meine Kontoseite

owners-title = Zweiter Faktor der Eigentümer
owners-lead = Was von Eigentümern verlangt wird, wird getrennt von allen anderen festgelegt: hier und auf der Befehlszeile. Das Strengere gilt, dieser Schalter oder die Konfiguration.
owners-configuration = Die Konfiguration
owners-switch = Dieser Schalter
owners-together = Zusammen
owners-nothing = verlangt nichts
owners-require = Von Eigentümern verlangen
owners-require-about = Eigentümer ohne zweiten Faktor werden bei ihrer nächsten Anfrage gebeten, einen einzurichten.
owners-release = Schalter zurücknehmen
owners-release-about = Ist der Schalter zurückgenommen, sagt allein die Konfiguration, was von Eigentümern verlangt wird. Niemand verliert, was eingerichtet ist.
owners-done = Was von Eigentümern verlangt wird, ist geändert.

first-owner-title = Der erste Eigentümer
first-owner-lead = Noch gehört { $site } niemandem. Mit dem Token des Gateways legen Sie ein Konto an, das in seiner Verwaltung alles darf.
first-owner-token = Token
first-owner-token-hint = Es steht in einer Datei auf dem Rechner des Gateways, die dessen Protokoll nennt. Es gilt eine Stunde.
first-owner-name = Name, wie andere ihn sehen
first-owner-again = Passwort noch einmal
first-owner-make = Konto anlegen
first-owner-wrong = Dieses Token stimmt nicht, oder seine Stunde ist vorbei. Das Protokoll des Gateways nennt die Datei, in der es steht; ein Neustart schreibt ein anderes.
first-owner-login-bad = Ein Benutzername hat nur Buchstaben von a bis z, Ziffern und . _ - + @, höchstens 128.
first-owner-login-taken = Diesen Benutzernamen hat schon jemand. Wählen Sie einen anderen.
first-owner-name-bad = Dieser Name kann nicht angezeigt werden: Er ist zu lang oder enthält unsichtbare Zeichen.

welcome-title = Wählen Sie Ihr Passwort
welcome-lead = Wählen Sie ein Passwort für { $site }; damit melden Sie sich dann an.
welcome-set = Passwort setzen
welcome-void = Dieser Link gilt nicht: Er wurde schon benutzt, ist älter als drei Tage oder durch einen anderen ersetzt. Bitten Sie die Person, von der Sie ihn haben, um einen neuen.
welcome-stale = Diese Seite war zu lange geöffnet. Öffnen Sie den Link noch einmal.
welcome-to-sign-in = Zur Anmeldung
new-password-title = Wählen Sie ein anderes Passwort
new-password-lead = Das Passwort stimmt. Bevor es weitergeht, wird ein anderes verlangt.
new-password-set = Ändern und fortfahren
new-password-same = Das ist das Passwort, das geändert werden soll. Wählen Sie ein anderes.
new-password-over = Es hat zu lange gedauert, oder das Passwort wurde inzwischen geändert. Bitte melden Sie sich noch einmal an.
