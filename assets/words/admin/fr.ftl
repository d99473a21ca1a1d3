## Administration : ces pages sont pour les personnes dont le rôle y a quelque chose à faire.

admin-title = Administration
admin-overview = Vue d’ensemble
admin-account = Mon compte
admin-you = Vous
admin-who = Compte
admin-role = Rôle
admin-site = Site
admin-open-until = Ouvertes jusqu’au
admin-open-hint = Ensuite, ces pages vous redemandent votre second facteur.
admin-now = En ce moment
admin-sessions = Sessions ouvertes
admin-duty = Second facteur
admin-duty-optional = facultatif pour tous
admin-duty-grace = obligatoire pour tous à partir du { $date }
admin-duty-enforced = obligatoire pour tous
admin-rules = Autres règles
admin-rules-count = { $rules ->
    [0] aucune dans la configuration
    [one] { $rules } dans la configuration, pour certaines personnes ou certains sites
   *[other] { $rules } dans la configuration, pour certaines personnes ou certains sites
}
role-user = Utilisateur
role-auditor = Auditeur
role-help-desk = Assistance
role-admin = Administrateur
role-owner = Propriétaire
admin-users = Utilisateurs
users-text = Identifiant, nom ou e-mail
users-state = État
users-any = Tous
users-search = Rechercher
users-total = { $count ->
    [0] Aucun compte trouvé.
    [one] { $count } compte trouvé.
   *[other] { $count } comptes trouvés.
}
users-name = Nom
users-first = Première page
users-next = Page suivante
state-active = Actif
state-disabled = Désactivé
standing-enrolled = Complet
standing-free = Aucun, non exigé
standing-pending = Manquant, peut attendre
standing-overdue = Manquant, en retard
admin-adoption = Seconds facteurs
admin-people = Personnes qui peuvent se connecter
admin-coverage = Couverture
admin-coverage-percent = { $percent } %
admin-coverage-of = { $enrolled } sur { $all }
admin-sent-only = Codes par e-mail ou SMS seulement
overview-curve = Couverture des 90 derniers jours, en pour cent
overview-figures = Chiffres
overview-day = Jour
overview-enrolled = Avec ce qui leur est demandé
overview-sites = Par site
overview-groups = Par groupe
overview-methods = Par méthode
overview-more = { $count ->
    [one] et { $count } groupe plus petit
   *[other] et { $count } groupes plus petits
}
overview-last-day = Le dernier jour
overview-failed = Preuves échouées :
overview-refused = Requêtes refusées :
overview-now = maintenant
overview-health = Cette passerelle
health-store = Stockage
health-store-fine = répond
health-store-bad = ne répond pas : personne ne peut se connecter
health-configuration = Configuration
health-certificates = Certificats
health-file-fine = conforme aux fichiers
health-file-bad = les fichiers n’ont pas pu être repris ; le journal dit pourquoi
health-certificate = Prochain certificat expirant
health-key = Clé de signature créée
health-token = Prochain jeton de service expirant
health-places = Lieux
health-places-fine = en service
health-places-bad = aucune base utilisable : tout lieu est inconnu
health-places-age = { $days ->
    [0] créée aujourd’hui
    [one] créée il y a { $days } jour
   *[other] créée il y a { $days } jours
}
health-sink = Journal d’audit ailleurs
health-sink-fine = a chaque entrée
health-sink-behind = { $count ->
    [one] { $count } entrée manque, du { $since }
   *[other] { $count } entrées manquent, la plus ancienne du { $since }
}
health-sink-failed = dernier échec { $when } : { $why }
health-notices = Avis
health-waiting = { $count ->
    [0] aucun n’attend
    [one] { $count } attend d’être envoyé
   *[other] { $count } attendent d’être envoyés
}
user-back = Tous les utilisateurs
user-standing = État
user-required = Exigé au total
user-own = Pour ce compte
user-codes-left = Codes de secours restants
user-window = Configuration avec le mot de passe jusqu’au
user-recovery = Code de récupération valable jusqu’au
user-handed = Application remise, en attente jusqu’au
user-no-factors = Aucun second facteur n’est configuré.
user-email = E-mail
user-groups = Groupes
user-created = Ajouté
user-last-sign-in = Dernière connexion
user-never = jamais
user-id = Identifiant
user-device-waits = En attente d’approbation
user-acts = Ce que vous pouvez faire
user-more = Plus
asked-optional = facultatif
asked-from = exigé à partir du { $date }
asked-always = exigé
asked-as-everybody = comme pour tous
asked-mode-optional = Facultatif
asked-mode-enforced = Exigé
asked-enrol = En configure un à la prochaine connexion
asked-recovery-code = A d’abord besoin d’un code de récupération
asked-deny = Est refusé
deed-back = Retour au compte
deed-cancel = Annuler
deed-reason = Motif
deed-reason-needed = Obligatoire. Une ligne pour le journal d’audit ; jamais un mot de passe ni un code.
deed-reason-hint = Facultatif. Une ligne pour le journal d’audit ; jamais un mot de passe ni un code.
deed-reason-wrong = Le motif tient sur une ligne de 256 octets au plus, sans caractères invisibles. Raccourcissez-le et renvoyez-le.
deed-disable = Désactiver le compte
deed-disable-does = Plus personne ne peut se connecter à ce compte. { $sessions ->
    [0] Il n’a pas de session ouverte.
    [one] Sa session ouverte prend fin aussitôt.
   *[other] Ses { $sessions } sessions ouvertes prennent fin aussitôt.
} Rien n’est supprimé ; vous pouvez le réactiver.
deed-enable = Réactiver le compte
deed-enable-does = La personne peut de nouveau se connecter, avec le mot de passe et les seconds facteurs qu’elle avait.
deed-reset = Réinitialiser les seconds facteurs
deed-reset-does = Supprime tous les seconds facteurs, les codes de secours et les appareils mémorisés. { $sessions ->
    [0] Aucune session n’est ouverte.
    [one] La session ouverte prend fin.
   *[other] Les { $sessions } sessions ouvertes prennent fin.
} Pendant un court moment, la personne peut en configurer un nouveau avec le seul mot de passe ; assurez-vous donc d’abord de l’identité du demandeur. Cette action est irréversible.
deed-end-sessions = Mettre fin à toutes les sessions
deed-end-sessions-does = { $sessions ->
    [0] La personne n’est connectée nulle part.
    [one] Déconnecte la personne là où elle est connectée.
   *[other] Déconnecte la personne partout, à { $sessions } endroits.
} Elle peut se reconnecter.
deed-set-role = Changer le rôle
deed-set-role-does = Le nouveau rôle s’applique aussitôt. { $sessions ->
    [0] Aucune session n’est ouverte.
    [one] La session ouverte prend fin.
   *[other] Les { $sessions } sessions ouvertes prennent fin.
} Vous pouvez le changer de nouveau.
deed-set-terms = Changer les exigences
deed-set-terms-does = Ce qui est exigé de ce seul compte. Ce peut être plus que pour tous, jamais moins. { $sessions ->
    [0] Aucune session n’est ouverte.
    [one] Si c’est plus qu’avant, la session ouverte prend fin.
   *[other] Si c’est plus qu’avant, les { $sessions } sessions ouvertes prennent fin.
}
deed-grace = Peut attendre jusqu’au
deed-grace-hint = Un jour comme 2027-01-31, qui en fait encore partie ; vide : tout de suite.
deed-grace-wrong = Ce n’est pas une date. Écrivez un jour comme 2027-01-31, ou laissez le champ vide.
deed-grace-needs-mode = Une date va avec un second facteur exigé. Choisissez « Exigé », ou laissez la date vide.
deed-unenrolled = Sans second facteur
deed-allowed = Méthodes autorisées
deed-allowed-hint = Aucune cochée : celles qui sont autorisées à tous. Autoriser une méthode ne l’exige pas.
deed-set-contact = Indiquer l’adresse des codes
deed-set-contact-does = Les codes iront à cette adresse, et à aucune autre par ce moyen. Le premier code saisi prouve que l’adresse est la sienne. S’il y en avait une autre, elle est prévenue, et toute session ouverte prend fin ({ $sessions } en ce moment).
deed-channel = Moyen
deed-address = Adresse ou numéro
deed-address-hint = Par exemple ada@example.org, ou +33 6 12 34 56 78 avec l’indicatif du pays.
deed-remove-contact = Supprimer l’adresse des codes
deed-remove-contact-does = Plus aucun code n’y est envoyé, et toute session ouverte prend fin ({ $sessions } en ce moment). Qui n’a pas d’autre second facteur n’en a alors plus.
deed-device = Appareil
deed-approve-device = Approuver l’appareil
deed-approve-device-does = Il compte comme appareil vérifié dès la prochaine connexion. C’est une condition de plus, qui ne remplace aucun second facteur. Vous pouvez le retirer.
deed-remove-device = Retirer l’appareil
deed-remove-device-does = L’appareil ne vaut plus rien, et les sessions ouvertes dessus prennent fin. La personne peut l’enregistrer de nouveau.
deed-issue-code = Émettre un code de récupération
deed-issue-code-does = Affiche une seule fois un code, pour une personne qui ne peut plus rien prouver d’autre. Avec lui et le mot de passe, elle peut configurer un nouveau second facteur. Assurez-vous de l’identité du demandeur, de préférence en personne ou en appelant un numéro que vous connaissez. La personne et les propriétaires sont prévenus. Un code antérieur n’est plus valable.
deed-revoke-code = Annuler le code de récupération
deed-revoke-code-does = Le code émis n’ouvre plus rien.
deed-set-up = Configurer une application pour la personne
deed-set-up-does = Crée la clé d’une application d’authentification et l’affiche une seule fois, pour la remettre. Elle compte dès que la personne saisit elle-même le premier code, après son mot de passe, à sa prochaine connexion ; jusque-là, une semaine au plus, elle ne vaut rien. Quiconque voit la clé peut produire les mêmes codes : ne la montrez qu’à cette personne. Une application remise auparavant devient nulle.
deed-disabled = Le compte est désactivé.
deed-enabled = Le compte est réactivé.
deed-sessions-ended = Toutes les sessions du compte ont pris fin.
deed-role-set = Le rôle est changé.
deed-was-reset = Les seconds facteurs sont réinitialisés. La personne en configure un nouveau à la prochaine connexion.
deed-terms-set = Les exigences du compte sont changées.
deed-contact-set = Les codes vont à la nouvelle adresse. Le premier code prouve qu’elle est la sienne.
deed-contact-removed = Plus aucun code n’y est envoyé.
deed-device-approved = L’appareil est approuvé. Il compte dès la prochaine connexion.
deed-device-removed = L’appareil est retiré.
deed-code-revoked = Le code de récupération est annulé.
code-title = Code de récupération
code-once = Le code n’est affiché que cette fois. Transmettez-le à la personne par un moyen auquel vous vous fiez ; ne l’écrivez pas dans un ticket.
code-until = Il sert une seule fois, jusqu’au { $date }.
code-hint = La personne se connecte avec son mot de passe, choisit le code de récupération sous les autres méthodes et configure un nouveau second facteur.
handed-title = Application pour la personne
handed-once = La clé n’est affichée que cette fois. Faites-la scanner maintenant par la personne avec son application. Ne l’envoyez pas et ne l’écrivez dans aucun ticket.
handed-until = La personne saisit le premier code à sa prochaine connexion, avant le { $date }. Jusque-là, l’application ne vaut rien.
denied-role = Votre rôle ne le permet pas. Adressez-vous à un administrateur ou à un propriétaire.
denied-not-below = Vous ne pouvez pas agir sur un rôle égal ou supérieur au vôtre. Adressez-vous à quelqu’un dont le rôle est plus élevé, ou utilisez la ligne de commande sur la machine.
denied-oneself = Vous ne pouvez pas le faire ici sur votre propre compte. Votre page de compte change ce qui est à vous.
denied-never = Cela ne se fait pas ici. Utilisez la ligne de commande sur la machine.
trouble-no-account = Ce compte n’existe plus.
trouble-login-taken = Un autre compte a ce nom de connexion. Choisissez-en un autre.
trouble-last-owner = C’est le dernier propriétaire actif, et il doit en rester un. Nommez d’abord un autre propriétaire.
trouble-disabled = Le compte est désactivé, et cela ne servirait à rien. Réactivez-le d’abord.
trouble-no-recovery-code = Il n’y a plus de code de récupération : il a été utilisé, a expiré ou a été annulé.
trouble-has-factor = Le compte a entre-temps un second facteur, et rien n’a été fait. S’il est perdu, réinitialisez-le d’abord.
trouble-kind-not-allowed = Les applications d’authentification ne sont pas une méthode autorisée pour ce compte, et rien n’a été fait.
trouble-no-kind = Ce n’est pas une méthode qui peut être autorisée. Choisissez parmi celles affichées.
trouble-login = Ce n’est pas un nom de connexion : lettres a-z, chiffres et . _ - + @ seulement, 128 au plus.
trouble-password = Le mot de passe est refusé : trop court, trop long, trop courant, ou il contient le nom de connexion. Choisissez-en un autre.
trouble-text = Votre saisie ne peut pas être utilisée. Vérifiez qu’elle est complète et a la forme demandée, puis renvoyez-la.
trouble-address-taken = { $login } y reçoit déjà des codes, et les deux les liraient. Saisissez une autre adresse, ou supprimez-la d’abord là-bas.
trouble-no-contact = Le compte n’a plus d’adresse de ce type pour les codes.
trouble-no-device = Le compte n’a plus cet appareil.
trouble-no-session = Cette session n’existe plus : elle a pris fin.
trouble-conflict = Quelqu’un a modifié ce compte depuis que vous avez ouvert cette page ; rien n’a été fait. Regardez-le de nouveau et décidez.
trouble-no-reason = Dites pourquoi, en une ligne. Le motif est conservé dans le journal d’audit.
trouble-interrupted = L’opération a été interrompue, et l’on ne sait pas où elle en était. Regardez de nouveau le compte.
trouble-unfinished = C’est fait et consigné dans le journal d’audit, mais pas tout ce qui s’ensuit. Vérifiez avant de recommencer.
trouble-store = Le stockage n’a pas répondu ; rien n’a été fait. Réessayez dans une minute.
trouble-failed = Une erreur est survenue ici ; rien n’a été fait. Prévenez ceux qui exploitent cette passerelle, avec l’heure.
trouble-held-up = Le journal d’audit ne peut pas être copié en ce moment là où il doit être, et les actes attendent ; rien n’a été fait. Prévenez ceux qui exploitent cette passerelle.
trouble-log-in-use = Quelqu’un d’autre parcourt tout le journal d’audit en ce moment ; rien n’a été fait. Réessayez ensuite.
trouble-no-records = Il n’y a pas de telles entrées ; rien n’a été exporté. Regardez les numéros dans le journal.
admin-api = API
admin-api-lead = Pour les programmes et les scripts : tout ce que font ces pages, et davantage, comme le décrit docs/api.md. Les programmes utilisent un jeton de service avec un rôle.
admin-api-use = Un script dans cette fenêtre envoie cette valeur comme Portcullis-CSRF avec chaque requête. Elle vaut 15 minutes et prend fin avec votre session et avec votre prochaine preuve. Ne l’utilisez que dans cette fenêtre : dans une fenêtre de la console, ses scripts la liraient. Ne la donnez à personne.
admin-api-value = Valeur
admin-tokens = Jetons de service
deed-end-session = Mettre fin à la session
deed-end-session-does = Déconnecte la personne à cet endroit, aussitôt. Elle peut se reconnecter.
deed-session-ended = La session a pris fin.
sessions-one = Session
sessions-none = Personne n’est connecté.
sessions-from = Depuis
sessions-all-ended = Toutes les sessions ont pris fin, sauf la vôtre.
task-end-all = Mettre fin aux sessions de tous
task-end-all-does = Déconnecte tout le monde de tous les sites, sauf vous ici. Chacun se reconnecte, avec son second facteur. Les programmes avec un jeton de service ne sont pas concernés.
tokens-lead = Pour des programmes : chacun vaut pour un site, ou pour l’API de cette passerelle. Le secret est affiché une fois, à sa création.
tokens-none = Il n’y en a pas.
tokens-back = Retour aux jetons
token-active = Actif
token-expires-soon = Expire bientôt
token-expired = Expiré
token-is-disabled = Désactivé
token-disabled = Le jeton est désactivé.
token-enabled = Le jeton est réactivé.
token-revoked = Le jeton est révoqué.
token-30-days = 30 jours
token-90-days = 90 jours
token-180-days = 180 jours
token-365-days = 365 jours
token-life = Valable
token-add = Émettre un jeton
token-add-does = Crée un jeton et affiche son secret, une seule fois. Ne lui donnez pas plus que ce dont le programme a besoin.
token-for-console = Pour la console du site
token-name = Nom
token-name-hint = Lettres a-z, chiffres et -.
token-use = Pour
token-paths = Chemins
token-paths-hint = Par exemple /api, séparés par des espaces ; vide : tous.
token-methods = Méthodes
token-methods-hint = Par exemple GET, séparées par des espaces ; vide : toutes.
token-networks = Réseaux
token-networks-hint = Par exemple 192.0.2.0/24, séparés par des espaces ; vide : partout.
token-ends = Expire
token-once = Le secret n’est affiché que cette fois. Placez-le là où le programme le lit, et nulle part ailleurs.
token-accepted-nowhere = Aucune route de ce site n’accepte de jetons de service : il sera refusé tant que ce n’est pas le cas.
token-rotate = Nouveau secret
token-rotate-does = Crée un autre secret et l’affiche, une seule fois. L’ancien vaut encore un jour, sauf indication contraire.
token-old = L’ancien secret
token-now = Annulé aussitôt : d’autres le connaissent peut-être
token-disable = Désactiver
token-disable-does = Met aussitôt le jeton hors service et met fin à ce qu’il a ouvert. Vous pouvez le réactiver.
token-enable = Réactiver
token-enable-does = Le programme peut de nouveau s’en servir.
token-revoke = Révoquer
token-revoke-does = Annule le jeton pour toujours et met fin à ce qu’il a ouvert. Cette action est irréversible.
trouble-no-token = Ce jeton n’existe plus.
trouble-token-taken = Un autre jeton porte ce nom. Choisissez-en un autre.
trouble-too-many-tokens = Il y a autant de jetons qu’on en conserve. Révoquez ceux que personne n’utilise.
trouble-no-site = Ce site n’existe pas dans la configuration.
admin-audit = Journal d’audit
audit-kind = Événement
audit-user = Nom de connexion
audit-text = Adresse, requête ou détail
audit-none = Il n’y a pas d’entrée de ce genre.
audit-by = Par
audit-target = Concerne
audit-gateway = la passerelle
audit-unknown = personne de connu
audit-operator = ligne de commande, uid { $uid }
audit-token = jeton { $id }
admin-policy = Politique
policy-lead = Ce qui est exigé des personnes, et d’où cela vient. De plusieurs sources, la plus stricte compte.
policy-everybody = Second facteur pour tous
policy-file = Fichier de configuration
policy-switch = Ici ou en ligne de commande
policy-owners = Propriétaires
policy-unsaid = comme dans la configuration
policy-change = Modifier la politique
policy-set = La politique est modifiée.
policy-methods = Méthodes
policy-methods-hint = Le fichier de configuration dit quelles méthodes existent. Une méthode active est proposée ; elle n’est pour autant exigée de personne.
policy-require = Exiger un second facteur
policy-on = active
policy-off = inactive
policy-try = Voir ce que cela ferait
policy-try-does = Ce qui est exigé de tous sauf des propriétaires, en plus de la configuration. Rien n’est encore modifié : la page suivante dit à qui il manquerait quoi.
policy-rehearsal = Ce que cela ferait
policy-rehearsal-lead = Toutes les personnes qui peuvent se connecter, à cet instant. Les règles qui dépendent du réseau ne sont pas comptées.
policy-now = Maintenant
policy-then = Ensuite
policy-again = Modifier encore
policy-locks-out = Il vous manquerait à vous-même ce que cela exige, et vous pourriez perdre ces pages tant que vous ne l’avez pas configuré.
trouble-wrong-state = Le compte n’est pas dans l’état voulu. Seul un compte désactivé est supprimé.
trouble-password-elsewhere = Cette personne se connecte ailleurs ; le mot de passe n’est pas conservé ici.
trouble-no-password = Il n’y a pas encore de mot de passe à changer. Créez plutôt un lien.
sessions-none-of = { $login } n’est connecté nulle part.
sessions-of = Sessions de { $login }
audit-none-yet = Aucune parmi les entrées parcourues. Les précédentes sont à la page suivante.
audit-nobody = Personne n’a ce nom de connexion.
audit-details = Motif et détails
audit-number = entrée { $number }
audit-request = requête { $id }
audit-export = Exporter
audit-export-does = Écrit des entrées dans un fichier ; elles restent dans le journal. Un fichier en a 5000 au plus, et son nom dit de laquelle à laquelle. Cela est enregistré, avec votre motif.
audit-export-form = Forme
audit-export-lines = Lignes JSON, dont la dernière est signée et montre que rien n’a été modifié
audit-export-table = Un tableau pour tableurs (CSV)
audit-export-from = À partir de l’entrée
audit-export-from-hint = Vide : à partir de la première qui existe.
audit-export-to = Jusqu’à l’entrée
audit-export-to-hint = Vide : jusqu’à la dernière qui existe.
user-records = Ce que le journal dit de ce compte
policy-conflict = Quelqu’un a modifié la politique depuis que vous avez vu cette page ; rien n’a été fait. Voici ce que ferait maintenant votre modification.
policy-asked = Ce qui serait exigé
policy-people = À qui il manquerait quoi
token-secret = Secret de { $name }
token-old-until = L’ancien secret vaut jusqu’au
loud-title = Fait en ligne de commande
loud-count = { $acts ->
    [one] Une action a été faite en ligne de commande de la passerelle, et vous n’avez pas dit l’avoir vue. Personne n’y montre de second facteur : assurez-vous que c’était l’un de vous.
   *[other] { $acts } actions ont été faites en ligne de commande de la passerelle, et vous n’avez pas dit les avoir vues. Personne n’y montre de second facteur : assurez-vous que c’était l’un de vous.
}
loud-seen = J’ai vu
policy-sites = Sites
policy-sites-lead = D’où chaque site est accessible et ce que l’on y prouve. Le fichier de configuration et ces pages comptent ensemble : le plus strict l’emporte.
site-name = Site
site-from = Depuis
site-proof = Preuve
site-source = Défini dans
site-anywhere = partout
site-nowhere = nulle part
site-besides = Fichier de configuration et ici
site-deny = Jamais depuis
site-routes = Chemins
site-routes-count = { $routes ->
    [one] un demande autre chose
   *[other] { $routes } demandent autre chose
}
site-lead = Adresses et second facteur de ce site, ensemble. Ce qui est défini ici peut demander plus que le fichier de configuration, jamais moins.
site-in-force = En vigueur
site-change = Demander plus
site-change-lead = Rien n’est encore changé : la page suivante dit qui serait tenu à l’écart et quels programmes échoueraient.
site-no-areas = Le fichier de configuration ne nomme ni réseaux ni lieux. Nommez-en sous networks ou places, et ils pourront être cochés ici.
site-only-from = Personnes et programmes viennent uniquement d’ici
site-only-from-hint = Réseaux et lieux du fichier de configuration. Si aucun n’est coché, rien n’est demandé ici.
site-more-areas = { $more } autres peuvent être nommés en ligne de commande.
site-least = Les personnes prouvent au moins
site-age = Âge maximal de cette preuve
site-age-minutes = { $count ->
    [one] une minute au plus
   *[other] { $count } minutes au plus
}
site-age-hours = { $count ->
    [one] une heure au plus
   *[other] { $count } heures au plus
}
site-age-days = { $count ->
    [one] un jour au plus
   *[other] { $count } jours au plus
}
site-or = ou
site-way-open = rien
site-way-network = le réseau seul, pour les programmes
site-way-token = un jeton de service
site-way-certificate = un certificat client
site-way-password = le mot de passe ; le second facteur n’est pas demandé
site-way-second = un second facteur
site-way-aal2 = un second facteur fort (AAL2) : ni codes par courriel ni navigateur mémorisé
site-way-resistant = une clé d’accès ou clé de sécurité
site-way-aal3 = une clé de sécurité attestée par son fabricant (AAL3)
site-unknown = Le fichier de configuration ne nomme plus ceux-ci, et personne ne vient de là : { $names }
site-whom = Qui serait tenu à l’écart
site-whom-lead = Personnes connectées à ce site en ce moment, selon le lieu de leur connexion.
site-sessions = Sessions
site-count = Combien
site-open = Ouvertes maintenant
site-would-lose = Seraient tenues à l’écart
site-would-prove = Devraient donner une autre preuve
site-among = Parmi les personnes tenues à l’écart :
site-programs = Programmes qui échoueraient
site-no-programs = Aucun de ceux admis ces 30 derniers jours.
site-program = Programme
site-route = Chemin
site-requests = Requêtes
site-shared = Adresses partagées
site-shared-lead = Plusieurs personnes viennent de chacune : ce qui vaut pour l’adresse vaut pour toutes.
site-address = Adresse
site-people = Personnes
site-kept-out = à l’écart
site-let-in = admises
trouble-locks-out = Vous vous tiendriez vous-même à l’écart : vous ne venez d’aucun de ces réseaux ni lieux. Cochez aussi le vôtre, faites-le depuis l’un d’eux ou utilisez la ligne de commande.

user-add = Ajouter un compte
user-add-does = Crée un compte et affiche une seule fois un lien, avec lequel la personne choisit un mot de passe. Avant cela, personne ne peut s’y connecter.
user-add-name-hint = Vide : le nom d’utilisateur.
user-added = Le compte est créé. Si son mot de passe est conservé ici, créez un lien avec lequel la personne en choisit un.
user-link = Lien de mot de passe
password-elsewhere = conservé ailleurs
password-none = pas encore
password-set = défini
password-must-change = défini ; un autre est demandé à la prochaine connexion
profile-email-hint = Les consoles l’apprennent. Les codes vont ailleurs.
profile-groups-hint = Séparés par des virgules. Les consoles peuvent permettre plus ou moins à cause d’eux.
deed-edit = Modifier le profil
deed-edit-does = Les consoles apprennent le nom, l’adresse e-mail et les groupes. Une autre adresse ou d’autres groupes mettent fin à toute session ouverte ({ $sessions } en ce moment) ; l’adresse précédente est prévenue d’un changement.
deed-edited = Le profil est modifié.
deed-issue-link = Créer un lien de mot de passe
deed-issue-link-does = Affiche une seule fois un lien, avec lequel un mot de passe est choisi à la place de l’actuel. Quiconque l’ouvre peut le faire : assurez-vous de qui le reçoit. Un lien antérieur n’est plus valable. La personne est prévenue.
deed-require-change = Demander un autre mot de passe
deed-require-change-does = À la prochaine connexion, un autre mot de passe est choisi avant que la personne n’entre ; qui a un second facteur le présente d’abord. Les sessions ouvertes ({ $sessions } en ce moment) prennent fin.
deed-change-required = Un autre mot de passe est demandé à la prochaine connexion.
deed-remove = Supprimer le compte
deed-remove-does = Tout ce qui est conservé de ce compte disparaît, seconds facteurs et appareils compris, et rien ne le ramène. Le journal d’audit garde son identifiant et ce qui a été fait. Sessions ouvertes : { $sessions }.
deed-removed = Le compte est supprimé.
link-title = Lien de mot de passe
link-once = Le lien n’est affiché que cette fois. Transmettez-le à la personne par un moyen auquel vous vous fiez ; ne l’écrivez pas dans un ticket.
link-until = Il sert une seule fois, jusqu’au { $date }.
link-hint = Quiconque l’ouvre choisit le mot de passe, puis se connecte avec.
link-site = Site auquel mène le lien
users-import = Importer un tableau
users-import-does = Ajoute les personnes d’un tableau, chacune avec un compte et sans mot de passe. Il est d’abord seulement vérifié : tout ce qui ne va pas est affiché, et personne n’est ajouté.
users-import-ready = { $count ->
    [one] Tout est correct. Un compte sera ajouté.
   *[other] Tout est correct. { $count } comptes seront ajoutés.
}
users-import-wrong = Quelque chose ne va pas dans le tableau, et personne n’a été ajouté.
users-import-stopped = Tout le monde n’a pas été ajouté. Ceux qui précèdent la ligne affichée ont leur compte.
users-imported = Les personnes du tableau ont leurs comptes. Pour chacune, créez un lien avec lequel elle choisit un mot de passe.
import-quotes = Une cellule qui contient un guillemet ou une virgule est entre guillemets, et un guillemet y est doublé. Aucune cellule n’a deux lignes.
import-cells = Chaque ligne a autant de cellules que la première.
import-columns = La première ligne nomme les colonnes : login, et au choix name, email, groups, role, chacune une fois.
import-many = Une ligne a au plus 4096 octets, et un tableau ici au plus 200 personnes ; davantage en ligne de commande.
import-twice = Chaque identifiant figure sur une seule ligne.
import-name = Un nom a au plus 256 octets, sans caractères invisibles.
import-email = Une adresse e-mail a la forme nom@hôte.
import-groups = Les groupes sont séparés par des virgules : au plus 256 octets chacun, 2048 ensemble.
import-role = Un rôle est user, auditor, help_desk, admin ou owner ; vide : user.
import-stopped = Cette ligne et les suivantes n’ont pas été ajoutées. Réessayez avec elles.
import-line = Ligne
import-column = Colonne
import-found = Ce qui s’y trouve
import-allowed = Ce qui est permis
import-table = Tableau
import-table-hint = Avec des virgules, comme l’enregistrent les tableurs (CSV). La première ligne nomme les colonnes : login, name, email, groups, role ; toutes sauf login peuvent manquer.
import-check = Vérifier le tableau
users-export = Exporter un tableau
users-export-does = Tous ceux qui ont un compte, dans un tableau : nom, adresse e-mail, groupes, rôle, seconds facteurs, dernière connexion. C’est consigné. Gardez le fichier là où seuls le lisent ceux qui y ont droit.
site-owners-only = Voici ce que cela ferait. Un propriétaire peut le mettre en vigueur : cela s’applique aussi aux propriétaires.
site-no-passkey = Personnes sans clé d’accès, sur tous les sites
