## Administration : ces pages sont pour les personnes dont le rôle y a quelque chose à faire.
