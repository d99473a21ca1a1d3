## Verwaltung: Diese Seiten sind für Personen, deren Rolle dort etwas zu tun hat.
