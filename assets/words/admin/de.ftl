## Verwaltung: Diese Seiten sind für Personen, deren Rolle dort etwas zu tun hat.

admin-title = Verwaltung
admin-overview = Übersicht
admin-account = Mein Konto
admin-lead = Was hier eingestellt ist und wer es ändern kann.
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
admin-commands = Auf der Befehlszeile
admin-commands-lead = Diese Seiten ändern nichts. Was sich ändern lässt, wird auf dem Rechner geändert, auf dem das Gateway läuft, und jede Änderung steht im Audit-Protokoll.
admin-command-user = Konten: anlegen, ansehen, sperren, zurücksetzen
admin-command-enforcement = Wer einen zweiten Faktor haben muss; Wiederherstellungscodes
admin-command-token = Dienst-Token von Programmen
admin-command-audit = Das Audit-Protokoll: lesen und prüfen
role-user = Benutzer
role-auditor = Prüfer
role-help-desk = Helpdesk
role-admin = Administrator
role-owner = Eigentümer
admin-users = Benutzer
users-text = Anmeldename, Name oder E-Mail
users-state = Konto
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
standing-enrolled = Eingerichtet
standing-free = Keiner, und keiner verlangt
standing-pending = Noch keiner
standing-overdue = Fehlt
admin-adoption = Zweite Faktoren
admin-people = Personen, die sich anmelden dürfen
admin-coverage = Mit zweitem Faktor
admin-sent-only = Nur mit Codes per E-Mail oder SMS
admin-api = API
admin-api-lead = Für Programme und Skripte: alles, was diese Seiten tun, und mehr, wie es in docs/api.md steht. Programme verwenden ein Dienst-Token mit einer Rolle.
admin-api-use = Ein Skript in diesem Browser sendet diesen Wert mit jeder Anfrage als Portcullis-CSRF. Er gehört zu Ihrer Sitzung und endet mit ihr und mit Ihrem nächsten Nachweis. Geben Sie ihn niemandem.
admin-api-value = Wert
