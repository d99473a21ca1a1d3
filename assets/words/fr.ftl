# The words of the built-in pages, in French. The keys are those of en.ftl, in its order.

## Frame of every page

page-error = Erreur :
page-skip = Aller au contenu
page-language = Langue
who-signing-in = Connexion en tant que { $who }
who-signed-in = Connecté en tant que { $who }
who-start-again = Ce n’est pas vous ? Recommencer
who-sign-out = Ce n’est pas vous ? Se déconnecter
kept-note = Le formulaire que vous envoyiez est conservé. Vous pourrez l’envoyer à nouveau une fois connecté.
field-six-digits = Code de vérification à 6 chiffres
button-continue = Continuer
button-confirm = Confirmer
link-first-page = Aller à la page d’accueil
link-sign-in = Aller à la connexion
link-try-again = Réessayer

## Times

time-day = { $day } { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
time-moment = { $day } à { $time } UTC
wait-seconds = { $count ->
    [one] dans une seconde
   *[other] dans { $count } secondes
}
wait-minutes = dans { $count ->
    [one] une minute
   *[other] { $count } minutes
}
wait-hours = dans { $count ->
    [one] une heure
   *[other] { $count } heures
}

## What is said of attempts

busy = Beaucoup de personnes se connectent en ce moment. Réessayez dans quelques secondes.
too-many-codes = Trop de codes erronés. Réessayez { $wait }.
too-many-attempts = Trop de tentatives. Réessayez { $wait }.
code-wrong = Ce code n’est pas correct. Saisissez celui que l’application affiche maintenant.
code-wrong-enrol = Ce code n’est pas correct. Saisissez celui que l’application affiche maintenant pour ce compte.
code-spent-challenge = Ce code a déjà été utilisé. Attendez que l’application affiche le suivant, puis saisissez celui-ci.
method-disabled = Trop de codes erronés : cette méthode de vérification est désactivée. Utilisez-en une autre ou adressez-vous à votre administrateur.
method-not-offered = Cette méthode ne peut pas être utilisée ici.
backup-code-spent = Ce code de secours a déjà été utilisé. Prenez-en un autre.
backup-code-wrong = Ce n’est pas l’un de vos codes de secours encore valables. Vérifiez-le caractère par caractère.
enrol-expired = Le QR code était trop ancien. Supprimez l’entrée de l’application et scannez le nouveau QR code ci-dessus.

## Sign-in

sign-in-title = Se connecter
sign-in-lead = pour continuer vers { $site }
sign-in-login = Nom d’utilisateur
sign-in-password = Mot de passe
sign-in-show = Afficher
sign-in-hide = Masquer
sign-in-show-password = Afficher le mot de passe
sign-in-button = Se connecter
sign-in-wrong = Ce nom d’utilisateur et ce mot de passe ne correspondent pas. Vérifiez-les et réessayez.
sign-in-timed-out = Votre connexion a pris trop de temps ou a pris fin. Veuillez vous reconnecter.
sign-in-no-cookie = Votre navigateur n’a pas renvoyé notre cookie. Autorisez les cookies pour ce site, puis réessayez.
sign-in-stale = Cette page est restée ouverte trop longtemps. Veuillez vous connecter maintenant.
sign-in-not-kept = Vous devez d’abord vous connecter. Ce que vous envoyiez n’a pas pu être conservé ; vous devrez l’envoyer à nouveau.

## Second factor

second-first-lead = Connectez-vous à { $site } en deux étapes : d’abord votre code, puis votre mot de passe sur la console.
second-first-code = Code
second-first-hint = Le code à 6 chiffres de votre application d’authentification, ou un code de secours.
second-first-wrong = Le nom d’utilisateur ou le code est incorrect.
second-first-none = Je n’ai pas encore configuré de second facteur
second-first-none-hint = Connectez-vous à la console avec votre mot de passe. Si elle annonce un échec, rechargez sa page : vous configurerez alors votre second facteur.
challenge-title = Saisissez votre code
challenge-again-title = Confirmez que c’est bien vous
challenge-app = Ouvrez votre application d’authentification et saisissez le code à 6 chiffres pour { $issuer }.
challenge-again = Vous êtes connecté, mais ce que vous allez ouvrir demande un nouveau code.
challenge-backup-title = Saisissez un code de secours
challenge-backup = L’un des codes que vous avez conservés lors de la configuration de votre application d’authentification. Chacun ne sert qu’une fois.
challenge-backup-label = Code de secours
challenge-backup-hint = 16 lettres et chiffres. Les tirets, les espaces et les majuscules sont sans importance.
challenge-use-backup = Utiliser un code de secours
challenge-use-app = Utiliser l’application d’authentification
challenge-no-backup = Je n’ai pas de codes de secours
challenge-no-phone = Je n’ai pas mon téléphone
challenge-try-backup = Utilisez l’un des dix codes de secours que vous avez conservés lors de la configuration de votre application.
challenge-try-app = Utilisez votre application d’authentification si vous retrouvez le téléphone.
challenge-try-administrator = Si vous n’avez ni l’un ni l’autre, demandez à votre administrateur de réinitialiser votre second facteur.
challenge-first-page = Aller plutôt à la page d’accueil

## Setting up an authenticator app

enrol-title = Configurez votre application d’authentification
enrol-lead = Pour vous connecter ici, il vous faut votre mot de passe et un code d’une application sur votre téléphone. La configuration prend environ une minute et ne se fait qu’une fois.
enrol-app = Il vous faut une application d’authentification
enrol-app-hint = Toute application de codes à usage unique convient. Si vous n’en avez pas encore, installez l’une de celles-ci :
enrol-new-tab = (s’ouvre dans un nouvel onglet)
enrol-scan = Scannez ce QR code avec l’application
enrol-scan-hint = Dans l’application, choisissez d’ajouter un compte (souvent un signe plus), puis dirigez l’appareil photo ici.
enrol-qr = QR code pour votre application d’authentification. La même clé est écrite à côté.
enrol-on-phone = Vous êtes sur le téléphone ?
enrol-open-app = Ouvrir dans l’application
enrol-by-hand = Impossible de scanner ?
enrol-by-hand-hint = Saisissez cette clé dans l’application, pour le compte { $account } :
enrol-code = Saisissez le code affiché par l’application
enrol-handed-title = Saisissez le code de l’application qui vous a été remise
enrol-handed-lead = Un administrateur a configuré une application d’authentification pour vous. Saisissez les six chiffres qu’elle affiche maintenant : dès lors, se connecter ici demande votre mot de passe et un code de cette application.
enrol-handed-own = Configurer plutôt quelque chose à vous
enrol-handed-own-hint = Si personne ne vous a remis d’application, ou si vous en préférez une autre : celle qui vous a été remise ne sert alors plus à rien.
enrol-handed-void = L’application qui vous a été remise ne peut plus être utilisée. Configurez la vôtre ou demandez-en une autre à votre administrateur.

## Backup codes

codes-title = Vos codes de secours
codes-first = C’est configuré. Conservez maintenant ces codes
codes-first-lead = Si vous perdez ce que vous venez de configurer, l’un de ces codes de secours vous permet d’entrer. Chacun ne sert qu’une fois. Ils ne sont affichés que maintenant.
codes-renewed = Vos nouveaux codes de secours
codes-renewed-lead = Vos anciens codes cesseront de fonctionner dès que vous aurez confirmé ci-dessous que ceux-ci sont conservés.
codes-printed = Codes de secours de { $who }, créés le { $made }. Chacun ne sert qu’une fois.
codes-list = Codes de secours
codes-print = Imprimer
codes-download = Télécharger
codes-keep-secure = Gardez-les en lieu sûr : dans un gestionnaire de mots de passe, ou sur papier dans un endroit fermé à clé.
codes-do-not-share = Ne les communiquez à personne. Aucun administrateur ne vous en demandera un.
codes-like-password = Traitez chacun comme un mot de passe : qui le possède peut se connecter à votre place.
codes-stored = J’ai conservé ces codes en lieu sûr
codes-store-first = Conservez d’abord les codes, puis cochez la case.
codes-replaced = Ces codes ont été remplacés par une série plus récente. Utilisez celle-là ou créez-en une nouvelle ici.
codes-file-title = { $brand } : codes de secours de { $login } pour { $site }
codes-file-made = Créés le { $day }. Chacun ne sert qu’une fois, à la place d’un code de l’application.
codes-file-advice = Gardez-les en lieu sûr. Ne les communiquez pas. Traitez chacun comme un mot de passe.
few-codes-title = Il reste peu de codes de secours
few-codes-left = { $left ->
    [0] C’était votre dernier code de secours
    [one] Il vous reste un code de secours
   *[other] Il vous reste { $left } codes de secours
}
few-codes-lead = Vous êtes connecté. Créez de nouveaux codes sur la page de votre compte tant que vous avez votre application sous la main ; les anciens cesseront alors de fonctionner.
few-codes-account = Aller à mon compte

## Account

account-title = Votre compte
account-unconfirmed = Vous n’avez pas encore confirmé que vos codes de secours sont conservés. Si vous ne les avez pas, créez-en de nouveaux ci-dessous.
account-factors = Seconds facteurs
account-factors-none = Aucun n’est configuré.
account-factor-kind = Type
account-factor-name = Nom
account-factor-created = Configuré le
account-factor-used = Dernière utilisation
account-factor-unused = jamais
account-codes = Codes de secours
account-codes-left = Il en reste { $left } sur 10
account-codes-made = , créés le { $made }
account-new-codes = Créer de nouveaux codes de secours
account-sessions = Sessions
account-sessions-count = { $sessions ->
    [one] Vous n’êtes connecté qu’ici.
   *[other] Vous êtes connecté à { $sessions } endroits.
}
account-sign-out = Se déconnecter
account-sign-out-everywhere = Se déconnecter partout
account-back = Retour à { $site }
account-required = Un second facteur est exigé de vous.
account-recovering = Vous vous êtes connecté avec un code de secours. Si vous avez perdu un moyen de connexion, remplacez-le ici dans les dix minutes.
account-factor-change = Renommer ou retirer { $name }
account-factor-lost = J’ai perdu { $name }
account-lost-hint = Vous en avez perdu un ? Déconnectez-vous, connectez-vous avec un code de secours, puis remplacez-le ici.
account-codes-link = Afficher les codes ou en créer de nouveaux
account-password = Mot de passe
account-password-link = Changer le mot de passe
account-sessions-link = Voir où, et fermer des sessions
account-done-renamed = Le nom est changé.
account-done-removed = Retiré. Vos autres sessions sont fermées.
account-done-replaced = Remplacé. Vos autres sessions sont fermées.
account-done-password = Votre mot de passe est changé. Vos autres sessions sont fermées.
add-passkey = Ajouter une clé d’accès ou une clé de sécurité
add-totp = Ajouter une application d’authentification
add-email = Ajouter des codes par e-mail
add-sms = Ajouter des codes par SMS

## Account: one second factor

factor-rename = Changer le nom
factor-name-wrong = Un nom comporte de 1 à 40 caractères.
factor-remove-heading = Le retirer
factor-remove-hint = Il ne permettra plus de vous connecter. Vos autres sessions seront fermées.
factor-remove = Retirer
factor-stays = Il ne peut pas être retiré : un second facteur est exigé de vous, et c’est votre dernier. Ajoutez-en d’abord un autre.
lost-title = Vous avez perdu { $name }
lost-lead = Configurez autre chose à sa place. Ce qui est perdu cesse alors de fonctionner, et vos autres sessions sont fermées.
lost-replace = Configurer un remplacement
lost-remove = Seulement le retirer

## Account: backup codes

codes-kept = Vous pouvez consulter les codes restants. Leur affichage est consigné.
codes-not-kept = Les codes ne sont affichés qu’à leur création. Si vous ne les avez plus, créez-en de nouveaux.
codes-show = Afficher les codes
codes-renew-hint = Les nouveaux codes remplacent tous les anciens.
codes-shown-lead = Voici les codes restants. Chacun sert une fois.

## Account: sessions

sessions-lead = Les endroits où vous êtes connecté. Si l’un d’eux vous est inconnu, fermez-le et changez votre mot de passe.
sessions-prove = Avant d’en fermer, montrez que c’est bien vous.
sessions-prove-link = Confirmer que c’est bien vous
sessions-browser-unknown = Navigateur inconnu
sessions-here = celle-ci
sessions-site = Site
sessions-address = Adresse
sessions-place = Lieu
sessions-began = Début
sessions-active = Dernière activité
sessions-end = Fermer cette session
sessions-others = Toutes les autres
sessions-end-others = Fermer toutes les autres sessions
sessions-done-one = La session est fermée.
sessions-done-others = Toutes vos autres sessions sont fermées.

## Account: password

password-lead = Vos autres sessions seront fermées au changement.
password-old = Mot de passe actuel
password-new = Nouveau mot de passe
password-again = Nouveau mot de passe, encore une fois
password-hint = Au moins { $least } caractères. Quelques mots pris au hasard conviennent.
password-unequal = Les deux nouveaux mots de passe ne sont pas identiques.
password-old-wrong = Ce n’est pas votre mot de passe actuel.
password-too-short = Un mot de passe doit comporter au moins { $least } caractères.
password-too-long = Ce mot de passe est trop long.
password-common = Ce mot de passe fait partie de ceux que les attaquants essaient en premier. Choisissez-en un autre.
password-contains-login = Un mot de passe ne doit pas contenir votre nom d’utilisateur.

## Signing out

sign-out-title = Se déconnecter
sign-out-question = Se déconnecter ?
sign-out-who = Vous êtes connecté en tant que { $login }. La déconnexion met fin à cette session et à tout ce qu’elle a d’ouvert.
sign-out-button = Se déconnecter
sign-out-stay = Rester connecté
signed-out-title = Déconnecté
signed-out-heading = Vous êtes déconnecté
signed-out-everywhere = Toutes vos sessions ont pris fin, sur cet appareil et sur tous les autres.
signed-out-here = Votre session sur cet appareil a pris fin.
signed-out-again = Se reconnecter

## A form that was kept

kept-form-title = Votre formulaire n’est pas perdu
kept-form-lead = Vous deviez vous connecter avant qu’il puisse être envoyé à { $target }. Rien n’a encore été envoyé.
kept-form-fields = { $count ->
    [one] Il contient un champ
   *[other] Il contient { $count } champs
}
kept-form-send = L’envoyer maintenant
kept-form-discard = Ne pas l’envoyer

## Refusals: headings, ways on, and what surrounds them

refusal-request-number = Numéro de la requête
refusal-your-address = Votre adresse
refusal-other-account = Utiliser un autre compte
heading-nothing-here = Il n’y a rien à cette adresse
heading-send-again = Veuillez envoyer à nouveau le formulaire
heading-not-signed-in = Non connecté
heading-sign-in-again = Veuillez vous reconnecter
heading-token = Le jeton de service a été refusé
heading-too-much = C’était trop
heading-too-long = Cela a pris trop de temps
heading-connections = Trop de connexions
heading-attempts = Trop de tentatives
heading-moment = Un instant, s’il vous plaît
heading-impossible = La connexion est impossible pour le moment
heading-console-unavailable = La console n’est pas disponible
heading-console-wrong = La console a donné une mauvaise réponse
heading-console-slow = La console met trop de temps
heading-where = On ne sait pas où vous êtes
heading-account = Pas avec ce compte
heading-programs = Cette adresse est réservée aux programmes
heading-not-from-here = Pas depuis cet endroit
heading-refused = Cette requête a été refusée
not-found-heading = Cette page n’existe pas
not-found = L’adresse appartient au service de connexion, mais il n’y a rien à cet endroit.
    .next = Vérifiez que l’adresse ne contient pas de faute de frappe, ou repartez de la page d’accueil de la console.
enrolment-closed-heading = Votre second facteur ne peut pas être configuré
enrolment-closed = Votre compte n’a pas encore d’application d’authentification, et le délai pour en configurer une vous-même est écoulé.
    .next = Demandez à votre administrateur de le rouvrir ; connectez-vous ensuite et configurez l’application.
enrolment-closed-sign-on = Le service d’authentification de votre organisation n’a pas indiqué que vous y avez présenté un second facteur ; vous ne pouvez donc pas en configurer un ici.
    .next = Déconnectez-vous de ce service, reconnectez-vous avec votre second facteur, puis revenez. Si vous n’en avez plus, demandez un code de récupération à votre administrateur.
no-method-heading = Il n’y a aucun moyen de vérifier que c’est vous
no-method = Rien de ce qui est configuré pour votre compte ne peut être utilisé pour le moment.
    .next = Demandez à votre administrateur de réinitialiser votre second facteur.
too-few-heading = Un autre second facteur est nécessaire
too-few = Il vous est demandé d’avoir plus de seconds facteurs qu’on ne peut en configurer ici.
    .next = Demandez à votre administrateur d’en autoriser d’autres types, ou d’en demander moins.
for-programs-certificate = Seuls les programmes munis d’un certificat client sont admis ici. Une personne ne peut pas s’y connecter.
    .next = Si vous avez suivi un lien, revenez en arrière. Si c’est votre programme qui doit entrer, demandez un certificat à votre administrateur.
for-programs-token = Seuls les programmes munis d’un jeton de service sont admis ici. Une personne ne peut pas s’y connecter.
    .next = Si vous avez suivi un lien, revenez en arrière. Si c’est votre programme qui doit entrer, demandez un jeton à votre administrateur.

## Proof in another window

proved-title = Confirmé
proved-heading = C’est bien vous
proved-close = Vous pouvez fermer cette fenêtre et continuer là où vous étiez.
retry-message = Ce que vous faites demande une preuve que c’est bien vous.
retry-open = Le prouver dans une nouvelle fenêtre
retry-cancel = Pas maintenant

## Refusals: what happened and why, then what to do next

refusal-upstream-unreachable = La console derrière cette page ne répond pas : aucune connexion n’a pu être établie, ou elle a fermé la connexion.
    .next = Réessayez dans une minute. Si vous étiez en train de modifier quelque chose, vérifiez d’abord si cela a été fait. Si cela persiste, prévenez les responsables de la console.
refusal-upstream-unavailable = La console derrière cette page ne fonctionne pas pour le moment : aucun de ses serveurs ne répond.
    .next = Réessayez dans une minute. Si cela persiste, prévenez les responsables de la console.
refusal-upstream-timeout = La console derrière cette page a mis trop de temps à répondre.
    .next = Réessayez. Si vous étiez en train de modifier quelque chose, vérifiez d’abord si cela a été fait.
refusal-upstream-invalid = La console derrière cette page a donné une réponse contraire aux règles du web ; elle n’a donc pas été transmise.
    .next = Réessayez. Si cela persiste, prévenez les responsables de la console en indiquant le numéro de la requête ci-dessous.
refusal-throttled = Il y a eu trop de tentatives.
    .next = Attendez un instant, puis réessayez. Rien n’est perdu et votre compte n’est pas bloqué.
refusal-busy = Trop de personnes se connectent en ce moment.
    .next = Réessayez dans quelques secondes.
refusal-too-slow = La connexion était trop lente.
    .next = Réessayez là où le réseau est meilleur.
refusal-session-over = La session a pris fin.
    .next = Reconnectez-vous.
refusal-draining = Le service de connexion redémarre.
    .next = Réessayez dans quelques secondes.
refusal-unable = Le service de connexion ne peut rien vérifier pour le moment ; il ne laisse donc passer personne.
    .next = Réessayez dans une minute. Si cela persiste, indiquez à votre administrateur le numéro de la requête ci-dessous.
refusal-unknown-host = Aucune console n’est proposée à cette adresse.
    .next = Vérifiez que l’adresse ne contient pas de faute de frappe, ou demandez à votre administrateur laquelle utiliser.
refusal-cross-site = Ce formulaire n’a pas été envoyé depuis la page à laquelle il appartient, ou la page est restée ouverte trop longtemps.
    .next = Revenez en arrière, rechargez la page et envoyez à nouveau le formulaire.
refusal-cookie = Votre navigateur a envoyé une connexion qui ne peut pas être utilisée ici.
    .next = Elle a été supprimée. Rechargez la page et reconnectez-vous.
refusal-form = Le formulaire était incomplet, ou envoyé avec des champs qu’il n’a pas.
    .next = Revenez en arrière, rechargez la page et remplissez-le à nouveau.
refusal-login-unclear = Le formulaire de connexion n’indique pas clairement qui se connecte.
    .next = Revenez à la page de connexion, rechargez-la et remplissez-la de nouveau.
refusal-login-refused = Vous n’êtes pas connecté. Le nom d’utilisateur ou le mot de passe est incorrect, ou la réponse de la console n’est pas un oui clair.
    .next = Revenez à la page de connexion et réessayez.
refusal-statement-missing = Ici, la connexion n’est possible que par le service d’authentification de votre organisation, et il n’a pas indiqué qui vous êtes.
    .next = Ouvrez l’adresse habituelle, connectez-vous-y, puis revenez. Si cela n’aide pas, prévenez la personne qui gère ce site.
refusal-statement-unclear = Le service d’authentification de votre organisation n’a pas indiqué clairement qui vous êtes, ou son indication n’est plus valable.
    .next = Rechargez la page. Si cela n’aide pas, déconnectez-vous de ce service et reconnectez-vous, ou prévenez la personne qui gère ce site.
refusal-plain-http = Ce site n’est proposé qu’en HTTPS.
    .next = Utilisez la même adresse précédée de https://.
refusal-streams = Cette session a déjà autant de connexions ouvertes qu’elle peut en avoir.
    .next = Fermez d’autres onglets de la console, puis réessayez.
refusal-websocket = Le programme demandeur n’utilise pas WebSocket comme il le devrait.
    .next = Mettez à jour le programme ou le navigateur.
refusal-body = L’envoi dépasse ce que cette page accepte.
    .next = Revenez en arrière et envoyez moins de données.
refusal-service-worker = Ce site n’autorise pas les scripts d’arrière-plan (service workers).
    .next = Vous n’avez rien à faire ; un administrateur peut les autoriser pour le site.
refusal-client-address = Il n’a pas été possible de déterminer d’où vient cette requête.
    .next = Prévenez votre administrateur en indiquant le numéro de la requête ci-dessous.
refusal-ambiguous = La requête ne peut pas être lue d’une seule façon ; elle n’a donc pas été transmise.
    .next = Vérifiez que l’adresse ne contient pas de caractères inhabituels, ou repartez de la page d’accueil de la console.
refusal-shut-out = Cette page ne peut pas être utilisée de là où vous êtes : le réseau ou la région où vous vous trouvez est exclu.
    .next = Connectez-vous depuis un autre réseau, comme celui de votre bureau ou son VPN, puis réessayez. Si vous devriez avoir accès d’ici, adressez-vous à votre administrateur en indiquant le numéro de la requête et votre adresse, affichés ci-dessous.
refusal-not-allowed = Cette page ne peut être utilisée que depuis certains réseaux ou certaines régions, et vous n’êtes dans aucun d’eux.
    .next = Connectez-vous depuis le réseau de votre bureau ou par son VPN, puis réessayez. Si vous devriez avoir accès d’ici, adressez-vous à votre administrateur en indiquant le numéro de la requête et votre adresse, affichés ci-dessous.
refusal-place-not-allowed = Cette page ne peut être utilisée que depuis certaines régions, et vous semblez être ailleurs.
    .next = Si vous êtes à l’étranger, ou si un VPN en donne l’impression, connectez-vous de chez vous ou par le VPN de votre bureau, puis réessayez. Sinon, adressez-vous à votre administrateur en indiquant le numéro de la requête et votre adresse, affichés ci-dessous.
refusal-place-unknown = Cette page ne peut être utilisée que depuis certaines régions, et il n’a pas été possible de déterminer où vous êtes.
    .next = Connectez-vous depuis le réseau de votre bureau ou par son VPN, puis réessayez. Sinon, adressez-vous à votre administrateur en indiquant le numéro de la requête et votre adresse, affichés ci-dessous.
refusal-person = Vous êtes connecté, mais cette page est destinée à d’autres personnes.
    .next = Revenez en arrière ou utilisez un autre compte. Si vous avez besoin de cette page, demandez l’accès à votre administrateur.
refusal-machine-only = Cette adresse est réservée aux programmes de certains réseaux. Une page d’un autre site a envoyé votre navigateur ici ; la requête n’a donc pas été transmise.
    .next = Fermez la page d’où vous venez. Si vous vouliez venir ici, saisissez vous-même l’adresse.
refusal-token-invalid = Le jeton de service n’est pas valable : il est mal écrit, a expiré ou a été révoqué.
    .next = Demandez-en un nouveau là où celui-ci a été délivré.
refusal-token-scope = Le jeton de service est valable, mais pas pour cette requête : le site, le chemin, la méthode ou le réseau n’est pas le bon.
    .next = Demandez, là où celui-ci a été délivré, un jeton qui couvre la requête.

## Second factors

factor-password = Mot de passe
factor-passkey = Clé d’accès ou clé de sécurité
factor-totp = Application d’authentification
factor-email = Code par e-mail
factor-sms = Code par SMS
factor-backup-code = Codes de secours
factor-recovery-code = Code de récupération
factor-remembered-device = Appareil mémorisé
factor-federated = Service d’authentification
factor-federated-mfa = Second facteur auprès du service d’authentification
set-up-passkey = Votre empreinte, votre visage ou votre code PIN sur cet appareil, ou une clé que vous branchez. Le plus sûr : une fausse page n’en tire rien.
set-up-totp = Une application sur votre téléphone affiche un nouveau code toutes les 30 secondes.
set-up-email = Nous vous envoyons un code à chaque fois. Moins sûr que les autres.
set-up-sms = Nous vous envoyons un code par SMS à chaque fois. Fonctionne avec tout téléphone mobile.
enrol-choice = Configurer un second facteur
enrol-choice-lead = La connexion demande ici plus que votre mot de passe. Choisissez ce que vous voulez utiliser ; vous pourrez en ajouter d’autres plus tard.
enrol-choice-further = Ajouter un second facteur
enrol-choice-further-lead = Que voulez-vous utiliser en plus de ce que vous avez ?
account-back-to = Retour à mon compte
challenge-use-recovery = Utiliser un code de récupération
challenge-use-passkey = Utiliser une clé d’accès ou de sécurité
challenge-use-email = Recevoir un code par e-mail
challenge-use-sms = Recevoir un code par SMS
challenge-particular = Vous êtes connecté, mais ce que vous voulez ouvrir demande aussi cette preuve.
challenge-change = Vous êtes connecté. Pour modifier votre compte, confirmez encore une fois que c’est bien vous.
no-such-proof-heading = Une autre preuve est nécessaire
no-such-proof = Ce que vous ouvrez demande une preuve que votre compte n’a pas encore.
    .next = Demandez à votre administrateur de la configurer avec vous, ou revenez en arrière.
no-such-proof-passkey = Ce que vous ouvrez demande une clé d’accès ou une clé de sécurité, et votre compte n’en a aucune utilisable ici.
    .next = Configurez-en une, puis ouvrez la page de nouveau.
link-set-up = En configurer une

## Codes by e-mail and SMS

sent-title-email = Recevoir un code par e-mail
sent-title-sms = Recevoir un code par SMS
sent-title-enter = Saisissez le code envoyé
sent-lead-email = Nous envoyons un code à { $to }. Il est valable dix minutes.
sent-lead-sms = Nous envoyons un code à votre téléphone { $to }. Il est valable dix minutes.
sent-done-email = Nous avons envoyé un code à { $to }. Il est valable dix minutes. S’il n’arrive pas, regardez dans le dossier des courriers indésirables.
sent-done-sms = Nous avons envoyé un code à votre téléphone { $to }. Il est valable dix minutes.
sent-button = Envoyer le code
sent-again = Envoyer un autre code
sent-field = Code
sent-wrong = Ce code n’est pas correct, ou il est trop ancien. Saisissez le dernier envoyé, ou faites-en envoyer un autre.
sent-wait = Assez de codes ont été envoyés. Demandez-en un autre { $wait } ; celui que vous avez reçu peut encore être valable.
sent-none-email = Votre compte n’a pas d’adresse e-mail pour les codes. Demandez à votre administrateur d’en saisir une, ou utilisez un autre moyen.
sent-none-sms = Votre compte n’a pas de numéro de mobile pour les codes. Demandez à votre administrateur d’en saisir un, ou utilisez un autre moyen.
sent-cannot-receive = Je ne peux pas recevoir ce code
sent-ask-administrator = Si vous ne disposez d’aucun autre moyen, demandez à votre administrateur de réinitialiser votre second facteur.
sent-other-ways = Utiliser un autre moyen
contact-title-email = Configurer les codes par e-mail
contact-title-sms = Configurer les codes par SMS
contact-lead-email = La connexion demande alors votre mot de passe et un code que nous envoyons à cette adresse. Elle ne sert qu’à cela.
contact-lead-sms = La connexion demande alors votre mot de passe et un code que nous envoyons à ce numéro. Il ne sert qu’à cela.
contact-field-email = Adresse e-mail
contact-field-sms = Numéro de mobile
contact-hint-sms = Avec l’indicatif du pays : +49 151 23456789
contact-validate = Valider
contact-other-email = Utiliser une autre adresse
contact-other-sms = Utiliser un autre numéro
contact-bad-email = Ce n’est pas une adresse e-mail. Elle a la forme nom@hôte, par exemple ann@example.org.
contact-bad-sms = Ce n’est pas un numéro de mobile avec l’indicatif du pays, par exemple +49 151 23456789.
contact-unusable-email = Aucun code ne peut être envoyé à cette adresse. Utilisez-en une autre, ou demandez à votre administrateur.
contact-unusable-sms = Aucun code ne peut être envoyé à ce numéro. Utilisez-en un autre, ou demandez à votre administrateur.

## Letters and text messages

text-code = { $code } est votre code pour { $host }. Ne le dites à personne.
letter-code-subject = Votre code pour { $host }
letter-code-prove = Quelqu’un se connecte à { $host } avec votre mot de passe.
letter-code-bind = Quelqu’un veut recevoir à cette adresse des codes pour { $host }.
letter-code-use = Saisissez ce code sur cette page. Il est valable dix minutes, et une seule fois.
letter-code-prove-not-you = Si ce n’est pas vous, quelqu’un connaît votre mot de passe : changez-le, et prévenez votre administrateur.
letter-code-bind-not-you = Si ce n’est pas vous, vous n’avez rien à faire : sans le code, rien ne se passe.
letter-code-nobody = Ne dites le code à personne : personne de { $brand } ne le demandera.
text-notice = { $brand } : { $what }. Compte { $login }. Ce n’était pas vous ? Prévenez votre administrateur.
text-notice-of-all = { $brand } : { $what }. Si ce n’est personne que vous connaissez, cherchez qui l’a fait.
notice-about = Ceci est arrivé au compte { $login } chez { $brand }.
notice-about-all = Ceci est arrivé chez { $brand } et ne concerne aucun compte en particulier.
notice-not-you = Si ce n’était ni vous ni quelqu’un à votre demande, changez votre mot de passe et prévenez aussitôt votre administrateur. Ce message ne contient aucun lien : allez sur le site comme d’habitude.
notice-not-yours = Vous en êtes informé en tant que propriétaire. Si aucun administrateur que vous connaissez ne l’a émis, cherchez qui l’a fait et révoquez-le aussitôt.
notice-not-known = Vous en êtes informé en tant que propriétaire. Si aucun administrateur que vous connaissez ne l’a fait, cherchez qui l’a fait : le journal d’audit en dit plus. Pour ce qui se fait en ligne de commande, nous vous écrivons une fois par heure au plus ; le journal d’audit contient tout.
notice-when = Quand
notice-from = Depuis l’adresse
notice-place = Lieu
notice-browser = Navigateur
notice-site = Site
notice-factor = Au moyen de
notice-by = Par
notice-by-account = quelqu’un de connecté à ce compte, ou avec son mot de passe
notice-by-administrator = un administrateur
notice-record = Dans le journal d’audit
notice-bound = Un second facteur a été configuré
notice-removed = Un second facteur a été supprimé
notice-disabled = Un second facteur a été désactivé après trop de codes faux
notice-reset = Tous les seconds facteurs ont été supprimés
notice-codes = De nouveaux codes de secours ont été créés
notice-codes-shown = Les codes de secours ont été affichés à nouveau
notice-code-used = Un code de secours a été utilisé
notice-recovery-issued = Un code de récupération a été émis pour vous
notice-recovery-issued-owner = Un code de récupération a été émis pour quelqu’un
notice-policy-owner = Les règles du second facteur ont changé
notice-site-policy-owner = Les exigences d’un site ont changé
notice-command-line-owner = Quelque chose a été fait en ligne de commande de la passerelle
notice-recovery-used = Un code de récupération a été utilisé
notice-handed = Une application d’authentification a été configurée pour vous ; elle compte dès que vous saisissez son code
notice-refused = Quelqu’un a donné votre mot de passe, mais un mauvais second facteur
notice-password = Le mot de passe a été changé
notice-password-link = Un lien a été créé, avec lequel un nouveau mot de passe peut être choisi
notice-email = L’adresse e-mail de votre profil a été changée ou retirée
notice-role = Le rôle de votre compte a été changé
notice-new-place = Quelqu’un s’est connecté depuis un nouveau lieu
notice-reminder = Configurez bientôt un second facteur
notice-reminder-about = À partir du { $date }, personne ne se connecte au compte { $login } chez { $brand } sans second facteur. Connectez-vous avant comme d’habitude et configurez-en un. Ce message ne contient aucun lien.
notice-changed = Quelque chose a changé dans votre compte
## Devices

devices = Appareils
devices-lead = Les navigateurs connus ici parce que vous l’avez demandé. Supprimez ceux que vous n’utilisez plus : toute personne connectée y sera déconnectée.
devices-none = Aucun navigateur n’est enregistré.
devices-here = ce navigateur
devices-created = Enregistré
devices-remembered = Tient lieu de second facteur jusqu’au
devices-verified = Appareil vérifié jusqu’au
devices-waiting = un administrateur doit l’approuver
devices-remove = Supprimer
devices-register = Enregistrer ce navigateur
devices-register-about = Certaines pages ne s’ouvrent que dans un navigateur que vous avez enregistré. Vous donnez pour cela une fois votre second facteur, puis vous vous reconnectez. Cela ne remplace aucune preuve.
devices-register-this = Enregistrer ce navigateur comme appareil vérifié
devices-done-registered = Ce navigateur est enregistré. Reconnectez-vous, et les pages qui demandent un appareil vérifié s’y ouvriront.
devices-done-removed = Le navigateur a été supprimé.
devices-remember = Ne pas demander de code dans ce navigateur pendant { $days } jours
devices-remember-hint = Seulement sur un appareil que personne d’autre n’utilise. Vous pouvez l’annuler sur la page de votre compte.
refusal-device = Cette page ne s’ouvre que dans un navigateur que vous avez enregistré comme appareil vérifié.
    .next = Enregistrez ce navigateur sur la page de votre compte, puis reconnectez-vous. S’il attend encore une approbation, adressez-vous à votre administrateur.
heading-device = Pas dans ce navigateur
link-devices = Aller à mes appareils
account-devices = Appareils que vous avez enregistrés

## Passkeys

passkey-title = Utilisez votre clé d’accès
passkey-lead = Votre navigateur la demande : votre empreinte, votre visage ou votre code PIN sur cet appareil, ou votre clé de sécurité.
passkey-again = Vous êtes connecté, mais ce que vous allez ouvrir demande une nouvelle preuve.
passkey-use = Utiliser la clé d’accès
passkey-lost = Je n’ai pas ma clé d’accès
passkey-try-other = Prouvez votre identité d’une autre manière.
passkey-no-script = Les clés d’accès ont besoin de JavaScript, qui est désactivé dans ce navigateur. Utilisez une autre manière, ou activez-le.
passkey-unsupported = Ce navigateur ne peut pas utiliser de clés d’accès. Utilisez une autre manière, ou un autre navigateur.
passkey-cancelled = Rien n’est venu de votre clé d’accès : l’opération a été annulée, a duré trop longtemps, ou la clé n’est pas sur cet appareil. Réessayez, ou utilisez une autre manière.
passkey-registered = Cet appareil ou cette clé est déjà configuré.
passkey-failed = Votre navigateur n’a pas pu utiliser de clé d’accès ici. Réessayez, ou utilisez une autre manière.
passkey-wrong = Cette clé d’accès n’a pas été acceptée. Réessayez, ou utilisez une autre manière.
passkey-sign-in = Se connecter avec une clé d’accès
passkey-sign-in-wrong = Cette clé d’accès n’a pas été acceptée. Réessayez, ou connectez-vous avec nom d’utilisateur et mot de passe.
passkey-enrol-title = Configurer une clé d’accès
passkey-enrol-lead = Une clé d’accès vous fait entrer avec votre empreinte, votre visage ou votre code PIN sur cet appareil, ou avec une clé que vous branchez. Elle ne fonctionne que sur ce site : personne ne peut vous la soutirer.
passkey-enrol-name = Nom
passkey-enrol-name-hint = Pour la distinguer des autres plus tard, par exemple : Portable du bureau.
passkey-enrol-button = Créer la clé d’accès
passkey-enrol-other = Configurer autre chose
passkey-enrol-wrong = Cette clé d’accès n’a pas pu être configurée. Réessayez, ou utilisez un autre appareil.

## Putting off a second factor, and recovery codes

set-up-title = Protégez votre compte
set-up-lead = Avec un second facteur, votre compte reste le vôtre, même si quelqu’un apprend votre mot de passe. La configuration prend environ une minute.
set-up-until = Vous pouvez la reporter jusqu’au { $date }. Ensuite, personne ne se connecte ici sans second facteur.
set-up-optional = Ce n’est pas obligatoire. Vous retrouverez ce choix dans votre compte.
set-up-recovered = Vous vous êtes connecté avec un code de récupération, qui ne sert qu’une fois. Configurez maintenant un second facteur, sinon il vous faudra un autre code la prochaine fois.
set-up-now = Configurer maintenant
set-up-later = Pas maintenant
add-another-title = Ajoutez un autre moyen de vous connecter
add-another-why = Il vous est demandé d’avoir { $asked } seconds facteurs, et vous en avez { $held }. Si vous en perdez un, vous entrez encore avec un autre.
add-another-until = Vous pouvez le reporter jusqu’au { $date }. Ensuite, personne n’entre ici avec moins.
recovery-title = Saisissez votre code de récupération
recovery-lead = Un code de récupération vient de votre administrateur. Il sert une seule fois et peu de temps, pour que vous puissiez configurer un nouveau second facteur.
recovery-late = Votre compte n’a pas encore de second facteur, et votre mot de passe seul ne suffit plus pour en configurer un. Demandez un code de récupération à votre administrateur et saisissez-le ici.
recovery-sign-on = Le service d’authentification de votre organisation n’a pas indiqué que vous y avez présenté un second facteur ; il faut donc un code de récupération pour en configurer un ici. Déconnectez-vous de ce service, reconnectez-vous avec votre second facteur, puis revenez ; ou demandez un code à votre administrateur et saisissez-le ici.
recovery-label = Code de récupération
recovery-wrong = Ce code de récupération n’est pas valable. Vérifiez-le caractère par caractère ; il ne sert qu’une fois et peu de temps.
recovery-back = Utiliser un autre moyen
recovery-none = Je n’ai pas de code de récupération
recovery-ask = Demandez-en un à votre administrateur. Il s’assurera que c’est bien vous.
account-set-up = Configurer un second facteur
account-optional = Un second facteur ne vous est pas imposé. Il rend votre compte plus sûr.
account-required-until = À partir du { $date }, vous devrez avoir un second facteur.
account-minimum = Au moins { $asked } seconds facteurs sont exigés de vous.
account-minimum-until = À partir du { $date }, vous devrez avoir au moins { $asked } seconds facteurs.
help-title = Aide pour se connecter
help-lead = Comment se connecter avec un second facteur, et que faire quand il manque quelque chose.
help-link = Aide
help-why-title = Pourquoi un second facteur
help-why = Un mot de passe peut être deviné, vu ou volé sans que personne ne s’en aperçoive. Avec un second facteur, il ne suffit plus : il faut aussi quelque chose que vous possédez.
help-first-title = La première fois
help-first-one = Connectez-vous comme d’habitude, avec votre nom d’utilisateur et votre mot de passe.
help-first-two = On vous demande de configurer un second facteur. Pour une application d’authentification, ouvrez-la sur votre téléphone, scannez l’image et saisissez les six chiffres qu’elle affiche.
help-first-three = Vous recevez dix codes de secours. Imprimez-les ou enregistrez-les là où vous les trouverez sans votre téléphone, puis confirmez-le.
help-ways-title = Ce qui peut servir de second facteur
help-ways = Votre organisation décide de ce qui vous est proposé. Vous pouvez en avoir plusieurs, et c’est prudent.
help-way-passkey = Une clé d’accès ou une clé de sécurité : votre appareil demande votre doigt, votre visage ou votre code PIN. Elle ne fonctionne que sur la bonne page, personne ne peut vous la soutirer.
help-way-app = Une application d’authentification : elle affiche un nouveau code toutes les trente secondes, sans réseau.
help-way-sent = Un code par e-mail ou SMS : pratique, mais plus faible que les autres, car les messages peuvent être lus ou détournés.
help-codes-title = Codes de secours
help-codes = Chaque code sert une seule fois, à la place de votre second facteur. Sur la page du code, choisissez « { challenge-use-backup } ». Votre page de compte en donne de nouveaux, qui annulent les anciens.
help-new-title = J’ai un nouveau téléphone
help-new = Configurez-le avant de vous séparer de l’ancien : connectez-vous, ouvrez votre page de compte, ajoutez la nouvelle application ou clé d’accès, puis retirez l’ancienne.
help-lost-title = Mon téléphone est perdu ou cassé
help-lost-one = Sur la page du code, choisissez « { challenge-use-backup } » et saisissez l’un de vos codes. Puis, sur votre page de compte, indiquez quel second facteur est perdu et configurez-en un nouveau.
help-lost-two = Sans codes de secours, demandez un code de récupération à votre administration et choisissez « { challenge-use-recovery } ». Elle vérifiera que c’est bien vous qui le demandez.
help-wrong-title = Mon code n’est pas accepté
help-wrong = Un code de l’application : attendez le suivant et saisissez-le, et laissez votre téléphone régler son heure lui-même. Un code reçu par message : saisissez le dernier envoyé, ou faites-en envoyer un autre. Après plusieurs codes erronés, il faut attendre un peu : la page dit jusqu’à quand.
help-stranger-title = On m’a signalé quelque chose qui ne vient pas de moi
help-stranger = Changez votre mot de passe, choisissez « { account-sign-out-everywhere } », vérifiez vos seconds facteurs et vos sessions sur la page de compte, et prévenez aussitôt votre administration. Personne de votre organisation ne vous demandera jamais un code.
help-shared-title = Sur un ordinateur qui n’est pas le vôtre
help-shared = Déconnectez-vous à la fin, et ne laissez pas l’ordinateur être mémorisé.
help-account = Ma page de compte

owners-title = Second facteur des propriétaires
owners-lead = Ce qui est demandé aux propriétaires se règle à part de tous les autres : ici et en ligne de commande. Le plus strict vaut, ce réglage ou la configuration.
owners-configuration = La configuration
owners-switch = Ce réglage
owners-together = Ensemble
owners-nothing = ne demande rien
owners-require = L’exiger des propriétaires
owners-require-about = Les propriétaires sans second facteur devront en configurer un dès leur prochaine requête.
owners-release = Annuler ce réglage
owners-release-about = Une fois ce réglage annulé, la configuration seule dit ce qui est demandé aux propriétaires. Personne ne perd ce qui est configuré.
owners-done = Ce qui est demandé aux propriétaires est modifié.

first-owner-title = Le premier propriétaire
first-owner-lead = Personne n’est encore propriétaire de { $site }. Avec le jeton de la passerelle, vous créez un compte qui peut tout dans son administration.
first-owner-token = Jeton
first-owner-token-hint = Il est dans un fichier sur la machine de la passerelle, que nomme son journal. Il est valable une heure.
first-owner-name = Nom, tel que les autres le voient
first-owner-again = Mot de passe encore une fois
first-owner-make = Créer le compte
first-owner-wrong = Ce jeton n’est pas le bon, ou son heure est passée. Le journal de la passerelle nomme le fichier qui le contient ; un redémarrage en écrit un autre.
first-owner-login-bad = Un nom d’utilisateur n’a que des lettres de a à z, des chiffres et . _ - + @, 128 au plus.
first-owner-login-taken = Quelqu’un a déjà ce nom d’utilisateur. Choisissez-en un autre.
first-owner-name-bad = Ce nom ne peut pas être affiché : il est trop long ou contient des caractères invisibles.

welcome-title = Choisissez votre mot de passe
welcome-lead = Choisissez un mot de passe pour { $site } ; vous vous connecterez ensuite avec.
welcome-set = Définir le mot de passe
welcome-void = Ce lien n’est pas valable : il a déjà servi, a plus de trois jours ou a été remplacé par un autre. Demandez-en un nouveau à la personne qui vous l’a donné.
welcome-stale = Cette page est restée ouverte trop longtemps. Ouvrez le lien encore une fois.
welcome-to-sign-in = Vers la page de connexion
new-password-title = Choisissez un autre mot de passe
new-password-lead = Le mot de passe est correct. Avant de continuer, un autre est demandé.
new-password-set = Changer et continuer
new-password-same = C’est le mot de passe à changer. Choisissez-en un autre.
new-password-over = Cela a pris trop de temps, ou le mot de passe a été changé entre-temps. Veuillez vous connecter de nouveau.
