## Verwaltung: Diese Seiten sind für Personen, deren Rolle dort etwas zu tun hat.

admin-title = Verwaltung
admin-overview = Übersicht
admin-account = Mein Konto
admin-you = Sie
admin-who = Konto
admin-role = Rolle
admin-site = Website
admin-open-until = Offen bis
admin-open-hint = Danach fragen diese Seiten erneut nach Ihrem zweiten Faktor.
admin-now = In diesem Moment
admin-sessions = Offene Sitzungen
admin-duty = Zweiter Faktor
admin-duty-optional = für alle freiwillig
admin-duty-grace = ab { $date } für alle Pflicht
admin-duty-enforced = für alle Pflicht
admin-rules = Weitere Regeln
admin-rules-count = { $rules ->
    [0] keine in der Konfiguration
    [one] { $rules } in der Konfiguration, für bestimmte Personen oder Websites
   *[other] { $rules } in der Konfiguration, für bestimmte Personen oder Websites
}
role-user = Benutzer
role-auditor = Prüfer
role-help-desk = Helpdesk
role-admin = Administrator
role-owner = Eigentümer
admin-users = Benutzer
users-text = Anmeldename, Name oder E-Mail
users-state = Zustand
users-any = Alle
users-search = Suchen
users-total = { $count ->
    [0] Niemand gefunden.
    [one] { $count } Konto gefunden.
   *[other] { $count } Konten gefunden.
}
users-name = Name
users-first = Erste Seite
users-next = Nächste Seite
state-active = Aktiv
state-disabled = Gesperrt
standing-enrolled = Vollständig
standing-free = Keiner, nicht verlangt
standing-pending = Fehlt, aufschiebbar
standing-overdue = Fehlt, überfällig
admin-adoption = Zweite Faktoren
admin-people = Personen, die sich anmelden dürfen
admin-coverage = Abdeckung
admin-coverage-percent = { $percent } %
admin-coverage-of = { $enrolled } von { $all }
admin-sent-only = Nur mit Codes per E-Mail oder SMS
overview-curve = Abdeckung der letzten 90 Tage, in Prozent
overview-figures = Zahlen
overview-day = Tag
overview-enrolled = Mit dem, was verlangt wird
overview-sites = Nach Website
overview-groups = Nach Gruppe
overview-methods = Nach Methode
overview-more = { $count ->
    [one] und { $count } kleinere Gruppe
   *[other] und { $count } kleinere Gruppen
}
overview-last-day = Der letzte Tag
overview-failed = Fehlgeschlagene Nachweise:
overview-refused = Abgelehnte Anfragen:
overview-now = jetzt
overview-health = Dieses Gateway
health-store = Speicher
health-store-fine = antwortet
health-store-bad = antwortet nicht: niemand kann sich anmelden
health-configuration = Konfiguration
health-certificates = Zertifikate
health-file-fine = wie in den Dateien
health-file-bad = die Dateien konnten nicht übernommen werden; das Protokoll sagt, warum
health-certificate = Nächstes Zertifikat läuft ab
health-key = Signaturschlüssel erzeugt
health-token = Nächstes Diensttoken läuft ab
health-places = Orte
health-places-fine = in Gebrauch
health-places-bad = keine brauchbare Datenbank: jeder Ort ist unbekannt
health-places-age = { $days ->
    [0] heute erstellt
    [one] vor { $days } Tag erstellt
   *[other] vor { $days } Tagen erstellt
}
health-sink = Audit-Protokoll anderswo
health-sink-fine = hat jeden Eintrag
health-sink-behind = { $count ->
    [one] { $count } Eintrag fehlt, vom { $since }
   *[other] { $count } Einträge fehlen, der älteste vom { $since }
}
health-sink-failed = zuletzt gescheitert { $when }: { $why }
health-notices = Mitteilungen
health-waiting = { $count ->
    [0] keine wartet
    [one] { $count } wartet auf den Versand
   *[other] { $count } warten auf den Versand
}
user-back = Alle Benutzer
user-standing = Status
user-required = Insgesamt
user-own = Für dieses Konto
user-codes-left = Verbleibende Backup-Codes
user-window = Einrichtung mit dem Passwort bis
user-recovery = Wiederherstellungscode gültig bis
user-handed = Übergebene App wartet bis
user-no-factors = Es ist kein zweiter Faktor eingerichtet.
user-email = E-Mail
user-groups = Gruppen
user-created = Angelegt
user-last-sign-in = Letzte Anmeldung
user-never = nie
user-id = Kennung
user-device-waits = Wartet auf Freigabe
user-acts = Was Sie tun können
user-more = Mehr
asked-optional = freiwillig
asked-from = verlangt ab { $date }
asked-always = verlangt
asked-as-everybody = wie für alle
asked-mode-optional = Freiwillig
asked-mode-enforced = Verlangt
asked-enrol = Richtet bei der nächsten Anmeldung einen ein
asked-recovery-code = Braucht zuerst einen Wiederherstellungscode
asked-deny = Wird abgewiesen
deed-back = Zurück zum Konto
deed-cancel = Abbrechen
deed-reason = Grund
deed-reason-needed = Erforderlich. Eine Zeile für das Audit-Protokoll; nie ein Passwort oder ein Code.
deed-reason-hint = Freiwillig. Eine Zeile für das Audit-Protokoll; nie ein Passwort oder ein Code.
deed-reason-wrong = Der Grund ist eine Zeile mit höchstens 256 Byte, ohne unsichtbare Zeichen. Kürzen Sie ihn und senden Sie ihn noch einmal.
deed-disable = Konto sperren
deed-disable-does = Niemand kann sich mehr mit diesem Konto anmelden. { $sessions ->
    [0] Es hat keine offene Sitzung.
    [one] Seine offene Sitzung endet sofort.
   *[other] Seine { $sessions } offenen Sitzungen enden sofort.
} Nichts wird gelöscht; Sie können es wieder freigeben.
deed-enable = Konto freigeben
deed-enable-does = Die Person kann sich wieder anmelden, mit dem Passwort und den zweiten Faktoren von vorher.
deed-reset = Zweite Faktoren zurücksetzen
deed-reset-does = Entfernt alle zweiten Faktoren, die Backup-Codes und die gemerkten Geräte. { $sessions ->
    [0] Es ist keine Sitzung offen.
    [one] Die offene Sitzung endet.
   *[other] Die { $sessions } offenen Sitzungen enden.
} Für kurze Zeit kann die Person allein mit dem Passwort einen neuen einrichten; vergewissern Sie sich also zuerst, wer darum bittet. Das lässt sich nicht rückgängig machen.
deed-end-sessions = Alle Sitzungen beenden
deed-end-sessions-does = { $sessions ->
    [0] Die Person ist nirgends angemeldet.
    [one] Meldet die Person dort ab, wo sie angemeldet ist.
   *[other] Meldet die Person überall ab, an { $sessions } Stellen.
} Sie kann sich wieder anmelden.
deed-set-role = Rolle ändern
deed-set-role-does = Die neue Rolle gilt sofort. { $sessions ->
    [0] Es ist keine Sitzung offen.
    [one] Die offene Sitzung endet.
   *[other] Die { $sessions } offenen Sitzungen enden.
} Sie können sie wieder ändern.
deed-set-terms = Anforderungen ändern
deed-set-terms-does = Was von diesem Konto allein verlangt wird. Es kann mehr sein als für alle, nie weniger. { $sessions ->
    [0] Es ist keine Sitzung offen.
    [one] Wird es mehr als bisher, endet die offene Sitzung.
   *[other] Wird es mehr als bisher, enden die { $sessions } offenen Sitzungen.
}
deed-grace = Aufschiebbar bis
deed-grace-hint = Ein Tag wie 2027-01-31, der noch dazugehört; leer: sofort.
deed-grace-wrong = Das ist kein Datum. Schreiben Sie einen Tag wie 2027-01-31, oder lassen Sie das Feld leer.
deed-grace-needs-mode = Ein Datum gehört zu einem verlangten zweiten Faktor. Wählen Sie „Verlangt“, oder lassen Sie das Datum leer.
deed-unenrolled = Ohne zweiten Faktor
deed-allowed = Erlaubte Methoden
deed-allowed-hint = Keine angekreuzt: die für alle erlaubten. Eine Methode zu erlauben, heißt nicht, sie zu verlangen.
deed-set-contact = Adresse für Codes eintragen
deed-set-contact-does = Codes gehen dann dorthin und auf diesem Weg nirgendwo sonst. Der erste eingegebene Code beweist, dass die Adresse der Person gehört. War dort eine andere Adresse, so wird sie benachrichtigt, und jede offene Sitzung endet (zurzeit { $sessions }).
deed-channel = Weg
deed-address = Adresse oder Nummer
deed-address-hint = Etwa ada@example.org oder +49 170 1234567 mit Landesvorwahl.
deed-remove-contact = Adresse für Codes entfernen
deed-remove-contact-does = Dorthin gehen keine Codes mehr, und jede offene Sitzung endet (zurzeit { $sessions }). Wer keinen anderen zweiten Faktor hat, hat dann keinen.
deed-device = Gerät
deed-approve-device = Gerät freigeben
deed-approve-device-does = Es gilt ab der nächsten Anmeldung als bestätigtes Gerät. Das ist eine Bedingung mehr und ersetzt keinen zweiten Faktor. Sie können es wieder entfernen.
deed-remove-device = Gerät entfernen
deed-remove-device-does = Das Gerät gilt für nichts mehr, und die darauf geöffneten Sitzungen enden. Die Person kann es wieder anmelden.
deed-issue-code = Wiederherstellungscode ausstellen
deed-issue-code-does = Zeigt einmal einen Code für jemanden, der nichts anderes mehr nachweisen kann. Damit und mit dem Passwort lässt sich ein neuer zweiter Faktor einrichten. Vergewissern Sie sich, wer darum bittet, am besten persönlich oder durch einen Anruf unter einer Nummer, die Sie kennen. Die Person und die Eigentümer werden benachrichtigt. Ein früherer Code wird ungültig.
deed-revoke-code = Wiederherstellungscode für ungültig erklären
deed-revoke-code-does = Der ausgestellte Code öffnet nichts mehr.
deed-set-up = Eine App für die Person einrichten
deed-set-up-does = Erzeugt den Schlüssel einer Authenticator-App und zeigt ihn einmal zum Übergeben. Er zählt, sobald die Person bei ihrer nächsten Anmeldung nach dem Passwort selbst den ersten Code eingibt; bis dahin, höchstens eine Woche lang, ist er wertlos. Wer den Schlüssel sieht, kann dieselben Codes erzeugen: Zeigen Sie ihn nur dieser Person. Eine früher übergebene App wird ungültig.
deed-disabled = Das Konto ist gesperrt.
deed-enabled = Das Konto ist wieder freigegeben.
deed-sessions-ended = Alle Sitzungen des Kontos sind beendet.
deed-role-set = Die Rolle ist geändert.
deed-was-reset = Die zweiten Faktoren sind zurückgesetzt. Die Person richtet bei der nächsten Anmeldung einen neuen ein.
deed-terms-set = Die Anforderungen an das Konto sind geändert.
deed-contact-set = Codes gehen an die neue Adresse. Der erste Code beweist, dass sie der Person gehört.
deed-contact-removed = Dorthin gehen keine Codes mehr.
deed-device-approved = Das Gerät ist freigegeben. Es gilt ab der nächsten Anmeldung.
deed-device-removed = Das Gerät ist entfernt.
deed-code-revoked = Der Wiederherstellungscode ist ungültig.
code-title = Wiederherstellungscode
code-once = Der Code wird nur dieses eine Mal gezeigt. Teilen Sie ihn der Person auf einem Weg mit, dem Sie vertrauen; schreiben Sie ihn in kein Ticket.
code-until = Er gilt einmal, bis { $date }.
code-hint = Die Person meldet sich mit dem Passwort an, wählt unter den anderen Methoden den Wiederherstellungscode und richtet einen neuen zweiten Faktor ein.
handed-title = App für die Person
handed-once = Der Schlüssel wird nur dieses eine Mal angezeigt. Lassen Sie ihn die Person jetzt mit ihrer App scannen. Verschicken Sie ihn nicht und schreiben Sie ihn in kein Ticket.
handed-until = Die Person gibt den ersten Code bei ihrer nächsten Anmeldung ein, bis { $date }. Bis dahin ist die App wertlos.
denied-role = Ihre Rolle erlaubt das nicht. Bitten Sie eine Administratorin oder einen Eigentümer.
denied-not-below = Sie können nicht an einer Rolle handeln, die gleich hoch wie Ihre oder höher ist. Bitten Sie jemanden mit höherer Rolle, oder nutzen Sie die Befehlszeile auf dem Rechner.
denied-oneself = Das geht hier nicht am eigenen Konto. Was Ihnen gehört, ändern Sie auf Ihrer Kontoseite.
denied-never = Das geht hier nicht. Nutzen Sie die Befehlszeile auf dem Rechner.
trouble-no-account = Dieses Konto gibt es nicht mehr.
trouble-login-taken = Ein anderes Konto hat diesen Anmeldenamen. Wählen Sie einen anderen.
trouble-last-owner = Das ist der letzte aktive Eigentümer, und einer muss bleiben. Machen Sie zuerst jemand anderen zum Eigentümer.
trouble-disabled = Das Konto ist gesperrt, und das nützte niemandem. Geben Sie es zuerst frei.
trouble-no-recovery-code = Es gibt keinen Wiederherstellungscode mehr: Er wurde benutzt, ist abgelaufen oder wurde für ungültig erklärt.
trouble-has-factor = Das Konto hat inzwischen einen zweiten Faktor, und es wurde nichts getan. Ist er verloren, setzen Sie ihn zuerst zurück.
trouble-kind-not-allowed = Authenticator-Apps sind keine Methode, die dieses Konto benutzen darf, und es wurde nichts getan.
trouble-no-kind = Das ist keine Methode, die sich erlauben lässt. Wählen Sie aus den gezeigten.
trouble-login = Das ist kein Anmeldename: nur Buchstaben a-z, Ziffern und . _ - + @, höchstens 128 Zeichen.
trouble-password = Das Passwort wird abgelehnt: zu kurz, zu lang, zu verbreitet, oder es enthält den Anmeldenamen. Wählen Sie ein anderes.
trouble-text = Ihre Eingabe ist nicht verwendbar. Prüfen Sie, ob sie vollständig ist und die verlangte Form hat, und senden Sie sie noch einmal.
trouble-address-taken = { $login } bekommt dort bereits Codes, und beide würden sie lesen. Geben Sie eine andere Adresse ein, oder entfernen Sie sie zuerst dort.
trouble-no-contact = Das Konto hat keine solche Adresse für Codes mehr.
trouble-no-device = Das Konto hat dieses Gerät nicht mehr.
trouble-no-session = Diese Sitzung gibt es nicht mehr: Sie ist beendet.
trouble-conflict = Jemand hat dieses Konto geändert, seit Sie diese Seite geöffnet haben; nichts wurde getan. Sehen Sie es noch einmal an, und entscheiden Sie neu.
trouble-no-reason = Nennen Sie in einer Zeile den Grund. Er steht dann im Audit-Protokoll.
trouble-interrupted = Es wurde abgebrochen, und es ist nicht bekannt, wie weit es kam. Sehen Sie das Konto noch einmal an.
trouble-unfinished = Es ist geschehen und steht im Audit-Protokoll, aber nicht alles, was darauf folgt. Sehen Sie nach, bevor Sie es noch einmal tun.
trouble-store = Der Speicher hat nicht geantwortet; nichts wurde getan. Versuchen Sie es in einer Minute noch einmal.
trouble-failed = Hier ist etwas fehlgeschlagen; nichts wurde getan. Sagen Sie es denen, die dieses Gateway betreiben, mit der Uhrzeit.
trouble-held-up = Das Audit-Protokoll kann gerade nicht dorthin kopiert werden, wo es sein muss, und Handlungen warten darauf; nichts wurde getan. Sagen Sie es denen, die dieses Gateway betreiben.
trouble-log-in-use = Jemand anderes geht gerade das ganze Audit-Protokoll durch; nichts wurde getan. Versuchen Sie es danach noch einmal.
trouble-no-records = Solche Einträge gibt es nicht; nichts wurde exportiert. Sehen Sie die Nummern im Protokoll an.
admin-api = API
admin-api-lead = Für Programme und Skripte: alles, was diese Seiten tun, und mehr, wie es in docs/api.md steht. Programme verwenden ein Dienst-Token mit einer Rolle.
admin-api-use = Ein Skript in diesem Fenster sendet diesen Wert mit jeder Anfrage als Portcullis-CSRF. Er gilt 15 Minuten und endet mit Ihrer Sitzung und mit Ihrem nächsten Nachweis. Verwenden Sie ihn nur in diesem Fenster: In einem Fenster der Konsole läsen ihn deren Skripte. Geben Sie ihn niemandem.
admin-api-value = Wert
admin-tokens = Dienst-Tokens
deed-end-session = Sitzung beenden
deed-end-session-does = Meldet die Person dort sofort ab. Sie kann sich wieder anmelden.
deed-session-ended = Die Sitzung ist beendet.
sessions-one = Sitzung
sessions-none = Niemand ist angemeldet.
sessions-from = Von
sessions-all-ended = Alle Sitzungen außer Ihrer sind beendet.
task-end-all = Alle Sitzungen aller beenden
task-end-all-does = Meldet alle auf allen Websites ab, nur Sie hier nicht. Alle melden sich neu an, mit ihrem zweiten Faktor. Programme mit einem Dienst-Token betrifft es nicht.
tokens-lead = Für Programme: Jedes gilt für eine Website oder für die API dieses Gateways. Das Geheimnis wird einmal gezeigt, wenn es entsteht.
tokens-none = Es gibt keine.
tokens-back = Zurück zu den Tokens
token-active = Aktiv
token-expires-soon = Endet bald
token-expired = Abgelaufen
token-is-disabled = Gesperrt
token-disabled = Das Token ist gesperrt.
token-enabled = Das Token ist wieder freigegeben.
token-revoked = Das Token ist widerrufen.
token-30-days = 30 Tage
token-90-days = 90 Tage
token-180-days = 180 Tage
token-365-days = 365 Tage
token-life = Gültig für
token-add = Token ausstellen
token-add-does = Erzeugt ein Token und zeigt sein Geheimnis einmal. Geben Sie ihm nicht mehr, als das Programm braucht.
token-for-console = Für die Konsole der Website
token-name = Name
token-name-hint = Buchstaben a-z, Ziffern und -.
token-use = Wofür
token-paths = Pfade
token-paths-hint = Etwa /api, durch Leerzeichen getrennt; leer: alle.
token-methods = HTTP-Methoden
token-methods-hint = Etwa GET, durch Leerzeichen getrennt; leer: alle.
token-networks = Netze
token-networks-hint = Etwa 192.0.2.0/24, durch Leerzeichen getrennt; leer: überall.
token-ends = Endet
token-once = Das Geheimnis wird nur dieses eine Mal gezeigt. Legen Sie es dort ab, wo das Programm es liest, und nirgendwo sonst.
token-accepted-nowhere = Keine Route dieser Website nimmt Dienst-Tokens an: Es wird abgewiesen, bis eine das tut.
token-rotate = Neues Geheimnis
token-rotate-does = Erzeugt ein neues Geheimnis und zeigt es einmal. Das alte gilt noch einen Tag, wenn Sie nichts anderes sagen.
token-old = Das alte Geheimnis
token-now = Sofort ungültig: Andere könnten es kennen
token-disable = Sperren
token-disable-does = Nimmt das Token sofort außer Gebrauch und beendet, was damit offen ist. Sie können es wieder freigeben.
token-enable = Freigeben
token-enable-does = Das Programm kann es wieder verwenden.
token-revoke = Widerrufen
token-revoke-does = Macht das Token für immer ungültig und beendet, was damit offen ist. Das lässt sich nicht rückgängig machen.
trouble-no-token = Dieses Token gibt es nicht mehr.
trouble-token-taken = Ein anderes Token hat diesen Namen. Wählen Sie einen anderen.
trouble-too-many-tokens = Mehr Tokens werden nicht verwahrt. Widerrufen Sie die, die niemand benutzt.
trouble-no-site = Diese Website gibt es in der Konfiguration nicht.
admin-audit = Audit-Protokoll
audit-kind = Ereignis
audit-user = Anmeldename
audit-text = Adresse, Anfrage oder Angabe
audit-none = Es gibt keine solchen Einträge.
audit-by = Von
audit-target = Betrifft
audit-gateway = das Gateway
audit-unknown = niemand Bekanntes
audit-operator = Befehlszeile, Benutzerkennung { $uid }
audit-token = Token { $id }
admin-policy = Vorgaben
policy-lead = Was von Personen verlangt wird und woher es kommt. Von mehreren Quellen gilt die strengere.
policy-everybody = Zweiter Faktor für alle
policy-file = Konfigurationsdatei
policy-switch = Hier oder auf der Befehlszeile
policy-owners = Eigentümer
policy-unsaid = wie in der Konfiguration
policy-change = Vorgaben ändern
policy-set = Die Vorgaben sind geändert.
policy-methods = Methoden
policy-methods-hint = Welche Methoden es gibt, steht in der Konfigurationsdatei. Eine eingeschaltete Methode wird angeboten; verlangt wird sie damit von niemandem.
policy-require = Einen zweiten Faktor verlangen
policy-on = ein
policy-off = aus
policy-try = Ansehen, was es bewirkt
policy-try-does = Was von allen außer Eigentümern verlangt wird, zusätzlich zur Konfiguration. Noch wird nichts geändert: Die nächste Seite sagt, wem was fehlen würde.
policy-rehearsal = Was es bewirken würde
policy-rehearsal-lead = Alle, die sich anmelden dürfen, in diesem Augenblick. Regeln, die vom Netz abhängen, sind nicht gezählt.
policy-now = Jetzt
policy-then = Dann
policy-again = Noch einmal bearbeiten
policy-locks-out = Ihnen selbst würde fehlen, was das verlangt, und Sie könnten diese Seiten verlieren, bis Sie es eingerichtet haben.
trouble-wrong-state = Das Konto ist dafür nicht im richtigen Zustand. Nur ein gesperrtes Konto wird entfernt.
trouble-password-elsewhere = Diese Person meldet sich anderswo an; das Passwort wird nicht hier verwahrt.
trouble-no-password = Es gibt noch kein Passwort, das sich ändern ließe. Erstellen Sie stattdessen einen Link.
sessions-none-of = { $login } ist nirgends angemeldet.
sessions-of = Sitzungen von { $login }
audit-none-yet = Keiner unter den durchgesehenen Einträgen. Frühere stehen auf der nächsten Seite.
audit-nobody = Niemand hat diesen Anmeldenamen.
audit-details = Grund und Einzelheiten
audit-number = Eintrag { $number }
audit-request = Anfrage { $id }
audit-export = Exportieren
audit-export-does = Schreibt Einträge in eine Datei; im Protokoll bleiben sie. Eine Datei hat höchstens 5000, und ihr Name sagt, von welchem bis zu welchem. Das wird mit Ihrem Grund aufgezeichnet.
audit-export-form = Form
audit-export-lines = Zeilen aus JSON, deren letzte signiert ist und zeigt, dass nichts geändert wurde
audit-export-table = Eine Tabelle für Tabellenprogramme (CSV)
audit-export-from = Ab Eintrag
audit-export-from-hint = Leer: ab dem ersten, den es gibt.
audit-export-to = Bis Eintrag
audit-export-to-hint = Leer: bis zum letzten, den es gibt.
user-records = Was das Protokoll zu diesem Konto sagt
policy-conflict = Jemand hat die Vorgaben geändert, seit Sie diese Seite gesehen haben; nichts wurde getan. Das würde Ihre Änderung jetzt bewirken.
policy-asked = Was verlangt würde
policy-people = Wem was fehlen würde
token-secret = Geheimnis von { $name }
token-old-until = Das alte Geheimnis gilt bis
loud-title = Auf der Befehlszeile geschehen
loud-count = { $acts ->
    [one] Auf der Befehlszeile des Gateways ist etwas geschehen, das Sie noch nicht bestätigt haben. Dort zeigt niemand einen zweiten Faktor: Vergewissern Sie sich, dass es jemand von Ihnen war.
   *[other] Auf der Befehlszeile des Gateways ist { $acts } Mal etwas geschehen, das Sie noch nicht bestätigt haben. Dort zeigt niemand einen zweiten Faktor: Vergewissern Sie sich, dass es jemand von Ihnen war.
}
loud-seen = Das habe ich gesehen
policy-sites = Websites
policy-sites-lead = Von wo jede Website erreichbar ist und was man dort nachweist. Konfigurationsdatei und diese Seiten gelten zusammen: das Strengere zählt.
site-name = Website
site-from = Von
site-proof = Nachweis
site-source = Festgelegt in
site-anywhere = überall
site-nowhere = nirgends
site-besides = Konfigurationsdatei und hier
site-deny = Nie von
site-routes = Pfade
site-routes-count = { $routes ->
    [one] einer verlangt etwas Eigenes
   *[other] { $routes } verlangen etwas Eigenes
}
site-lead = Adressen und zweiter Faktor dieser Website zusammen. Was hier festgelegt ist, kann mehr verlangen als die Konfigurationsdatei, nie weniger.
site-in-force = Es gilt
site-change = Mehr verlangen
site-change-lead = Noch wird nichts geändert: Die nächste Seite sagt, wen es ausschließen und welche Programme es stören würde.
site-no-areas = Die Konfigurationsdatei nennt keine Netze und keine Orte. Benennen Sie welche unter networks oder places, dann lassen sie sich hier ankreuzen.
site-only-from = Personen und Programme kommen nur von hier
site-only-from-hint = Netze und Orte der Konfigurationsdatei. Ist keines angekreuzt, wird hier nichts verlangt.
site-more-areas = { $more } weitere lassen sich auf der Befehlszeile nennen.
site-least = Personen weisen mindestens nach
site-age = Wie alt dieser Nachweis sein darf
site-age-minutes = { $count ->
    [one] höchstens eine Minute alt
   *[other] höchstens { $count } Minuten alt
}
site-age-hours = { $count ->
    [one] höchstens eine Stunde alt
   *[other] höchstens { $count } Stunden alt
}
site-age-days = { $count ->
    [one] höchstens einen Tag alt
   *[other] höchstens { $count } Tage alt
}
site-or = oder
site-way-open = nichts
site-way-network = allein das Netz, für Programme
site-way-token = ein Diensttoken
site-way-certificate = ein Client-Zertifikat
site-way-password = das Passwort; nach dem zweiten Faktor wird nicht gefragt
site-way-second = ein zweiter Faktor
site-way-aal2 = ein starker zweiter Faktor (AAL2): keine E-Mail-Codes, kein gemerkter Browser
site-way-resistant = ein Passkey oder Sicherheitsschlüssel
site-way-aal3 = ein Sicherheitsschlüssel, für den sein Hersteller bürgt (AAL3)
site-unknown = Diese nennt die Konfigurationsdatei nicht mehr, und niemand kommt von dort: { $names }
site-whom = Wen es ausschließen würde
site-whom-lead = Personen, die jetzt an dieser Website angemeldet sind, nach dem Ort ihrer Anmeldung.
site-sessions = Sitzungen
site-count = Wie viele
site-open = Jetzt offen
site-would-lose = Würden ausgeschlossen
site-would-prove = Müssten noch etwas nachweisen
site-among = Unter den Ausgeschlossenen:
site-programs = Programme, die es stören würde
site-no-programs = Keines von denen, die in den letzten 30 Tagen eingelassen wurden.
site-program = Programm
site-route = Pfad
site-requests = Anfragen
site-shared = Gemeinsame Adressen
site-shared-lead = Von jeder kommen mehrere Personen: Was für die Adresse gilt, gilt für sie alle.
site-address = Adresse
site-people = Personen
site-kept-out = ausgeschlossen
site-let-in = eingelassen
trouble-locks-out = Sie würden sich selbst ausschließen: Sie kommen aus keinem dieser Netze und Orte. Kreuzen Sie auch Ihres an, tun Sie es von einem davon aus, oder nehmen Sie die Befehlszeile.

user-add = Konto anlegen
user-add-does = Legt ein Konto an und zeigt einmal einen Link, mit dem die Person ein Passwort wählt. Vorher kann sich niemand damit anmelden.
user-add-name-hint = Leer: der Benutzername.
user-added = Das Konto ist angelegt. Wird sein Passwort hier verwahrt, erstellen Sie einen Link, mit dem die Person eines wählt.
user-link = Passwort-Link
password-elsewhere = wird anderswo verwahrt
password-none = noch keines
password-set = gesetzt
password-must-change = gesetzt; bei der nächsten Anmeldung wird ein anderes verlangt
profile-email-hint = Die Konsolen erfahren sie. Codes gehen anderswohin.
profile-groups-hint = Mit Kommas dazwischen. Konsolen erlauben ihretwegen vielleicht mehr oder weniger.
deed-edit = Profil bearbeiten
deed-edit-does = Die Konsolen erfahren Namen, E-Mail-Adresse und Gruppen. Eine andere Adresse oder andere Gruppen beenden jede offene Sitzung (zurzeit { $sessions }); die bisherige Adresse wird von einer anderen benachrichtigt.
deed-edited = Das Profil ist geändert.
deed-issue-link = Passwort-Link erstellen
deed-issue-link-does = Zeigt einmal einen Link, mit dem an Stelle des jetzigen ein Passwort gewählt wird. Wer ihn öffnet, kann das: Vergewissern Sie sich, wer ihn bekommt. Ein früherer Link wird ungültig. Die Person wird benachrichtigt.
deed-require-change = Anderes Passwort verlangen
deed-require-change-does = Bei der nächsten Anmeldung wird ein anderes Passwort gewählt, bevor die Person hineinkommt; wer einen zweiten Faktor hat, zeigt ihn vorher. Offene Sitzungen (zurzeit { $sessions }) enden.
deed-change-required = Bei der nächsten Anmeldung wird ein anderes Passwort verlangt.
deed-remove = Konto entfernen
deed-remove-does = Alles, was von diesem Konto verwahrt wird, geht verloren, auch zweite Faktoren und Geräte, und nichts bringt es zurück. Das Audit-Protokoll behält die Kennung und was getan wurde. Offene Sitzungen: { $sessions }.
deed-removed = Das Konto ist entfernt.
link-title = Passwort-Link
link-once = Der Link wird nur dieses eine Mal gezeigt. Geben Sie ihn der Person auf einem Weg, dem Sie vertrauen; schreiben Sie ihn in kein Ticket.
link-until = Er gilt einmal, bis { $date }.
link-hint = Wer ihn öffnet, wählt das Passwort und meldet sich dann damit an.
link-site = Website, auf die der Link führt
users-import = Tabelle importieren
users-import-does = Legt für die Personen einer Tabelle je ein Konto ohne Passwort an. Zuerst wird sie nur geprüft: Alles, was falsch ist, wird gezeigt, und niemand wird angelegt.
users-import-ready = { $count ->
    [one] Nichts ist falsch. Ein Konto wird angelegt.
   *[other] Nichts ist falsch. { $count } Konten werden angelegt.
}
users-import-wrong = Mit der Tabelle stimmt etwas nicht, und niemand wurde angelegt.
users-import-stopped = Nicht alle wurden angelegt. Wer vor der gezeigten Zeile steht, hat ein Konto.
users-imported = Die Personen der Tabelle haben ihre Konten. Erstellen Sie für jede einen Link, mit dem sie ein Passwort wählt.
import-quotes = Eine Zelle mit einem Anführungszeichen oder Komma steht in Anführungszeichen, und ein Anführungszeichen darin steht doppelt. Keine Zelle hat zwei Zeilen.
import-cells = Jede Zeile hat so viele Zellen wie die erste.
import-columns = Die erste Zeile nennt die Spalten: login, und beliebige von name, email, groups, role, jede einmal.
import-many = Eine Zeile hat höchstens 4096 Bytes, eine Tabelle hier höchstens 200 Personen; mehr auf der Kommandozeile.
import-twice = Jeder Anmeldename steht in einer Zeile.
import-name = Ein Name hat höchstens 256 Bytes und keine unsichtbaren Zeichen.
import-email = Eine E-Mail-Adresse hat die Form name@host.
import-groups = Gruppen stehen mit Kommas dazwischen: höchstens 256 Bytes jede, 2048 zusammen.
import-role = Eine Rolle ist user, auditor, help_desk, admin oder owner; leer: user.
import-stopped = Diese Zeile und die danach wurden nicht angelegt. Versuchen Sie es mit ihnen noch einmal.
import-line = Zeile
import-column = Spalte
import-found = Was dort steht
import-allowed = Was erlaubt ist
import-table = Tabelle
import-table-hint = Mit Kommas, wie Tabellenprogramme sie speichern (CSV). Die erste Zeile nennt die Spalten: login, name, email, groups, role; alle außer login dürfen fehlen.
import-check = Tabelle prüfen
users-export = Tabelle exportieren
users-export-does = Alle, die ein Konto haben, als Tabelle: Name, E-Mail-Adresse, Gruppen, Rolle, zweite Faktoren, letzte Anmeldung. Es wird protokolliert. Verwahren Sie die Datei so, dass nur sie liest, wer darf.
site-owners-only = Das würde es bewirken. In Kraft setzen kann es ein Eigentümer: Es gilt auch für Eigentümer.
site-no-passkey = Personen ohne Passkey, an allen Websites
