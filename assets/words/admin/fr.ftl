## Administration : ces pages sont pour les personnes dont le rôle y a quelque chose à faire.

admin-title = Administration
admin-overview = Vue d’ensemble
admin-account = Mon compte
admin-lead = Ce qui est réglé ici, et qui peut le modifier.
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
admin-commands = En ligne de commande
admin-commands-lead = Ces pages ne modifient rien. Ce qui peut être modifié l’est sur la machine où tourne la passerelle, et chaque modification figure dans le journal d’audit.
admin-command-user = Comptes : ajouter, consulter, désactiver, réinitialiser
admin-command-enforcement = Qui doit avoir un second facteur ; codes de récupération
admin-command-token = Jetons de service des programmes
admin-command-audit = Le journal d’audit : lire et vérifier
role-user = Utilisateur
role-auditor = Auditeur
role-help-desk = Assistance
role-admin = Administrateur
role-owner = Propriétaire
admin-users = Utilisateurs
users-text = Identifiant, nom ou e-mail
users-state = Compte
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
standing-enrolled = Configuré
standing-free = Aucun, et aucun exigé
standing-pending = Pas encore
standing-overdue = Manquant
admin-adoption = Seconds facteurs
admin-people = Personnes qui peuvent se connecter
admin-coverage = Avec un second facteur
admin-sent-only = Codes par e-mail ou SMS seulement
admin-api = API
admin-api-lead = Pour les programmes et les scripts : tout ce que font ces pages, et davantage, comme le décrit docs/api.md. Les programmes utilisent un jeton de service avec un rôle.
admin-api-use = Un script dans ce navigateur envoie cette valeur comme Portcullis-CSRF avec chaque requête. Elle appartient à votre session et prend fin avec elle, et avec votre prochaine preuve. Ne la donnez à personne.
admin-api-value = Valeur
