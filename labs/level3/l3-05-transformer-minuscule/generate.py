"""Writes the two texts of data/, the same bytes each time: `python generate.py` in this folder.

Short notices to the public of an invented town, Valbrume: tramway, libraries, town hall. Each one is drawn from the
small grammar below. Town, lines, stops, people and events are fictional; no sentence was copied from anywhere.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

HERE = Path(__file__).parent
TRAINING, VALIDATION = 2400, 240

GRAMMAR: dict[str, list[str]] = {
    "avis": ["{tram}", "{tram}", "{tram}", "{biblio}", "{biblio}", "{mairie}"],
    "tram": [
        "Tramway, ligne {ligne} : {trouble} {zone} {quand}. {conseil}",
        "Tramway, ligne {ligne} : {trouble} {zone}. {cause} {conseil}",
        "Tramway : {jour} {date}, la ligne {ligne} {service}. {conseil}",
        "Travaux à l'arrêt {arret} : {gene} du {jour} {date} au {jour} {date}. {excuse}",
    ],
    "trouble": ["trafic interrompu", "trafic ralenti", "circulation alternée", "un tramway sur deux circule", "terminus provisoire"],
    "zone": ["entre {arret} et {arret}", "entre {arret} et {arret}", "à l'arrêt {arret}", "sur toute la ligne"],
    "quand": ["jusqu'à {heure}", "de {heure} à {heure}", "{jour} matin", "{jour} soir", "à partir de {heure}"],
    "cause": [
        "Une branche est tombée sur la voie.",
        "Une voiture gêne le passage des rames.",
        "Nos équipes remplacent un aiguillage.",
        "Une panne d'électricité touche le quartier.",
        "La chaussée est inondée.",
    ],
    "conseil": [
        "Prenez le bus {bus} depuis l'arrêt {arret}.",
        "Un bus de remplacement part toutes les {minutes} minutes.",
        "Comptez {minutes} minutes de plus.",
        "Vos titres de transport restent valables dans le bus {bus}.",
        "Reprise prévue à {heure}.",
        "Merci de votre patience.",
    ],
    "service": ["circule jusqu'à {heure}", "ne circule pas", "circule comme un dimanche", "part toutes les {minutes} minutes"],
    "gene": ["l'ascenseur est fermé", "le quai est déplacé de {metres} mètres", "l'accès se fait par la rue {rue}", "les vélos ne sont pas admis"],
    "excuse": ["Merci de votre patience.", "Nous vous prions de nous excuser.", "Un agent vous guide sur place."],
    "biblio": [
        "Médiathèque {lieu} : {rencontre} {jour} {date} à {heure}. {public}",
        "Médiathèque {lieu} : {rencontre} sur le thème « {theme} », {jour} {date}. {public}",
        "La médiathèque {lieu} {fermeture} {jour} {date}. {retour}",
        "Nouveautés à la médiathèque {lieu} : {nombre} {documents} sur le thème « {theme} ».",
    ],
    "rencontre": ["heure du conte", "atelier d'écriture", "club de lecture", "projection d'un film", "atelier numérique", "concert", "jeux de société"],
    "public": ["Entrée libre.", "Sur inscription à l'accueil.", "À partir de {age} ans.", "Le nombre de places est limité à {nombre}.", "En famille, dès {age} ans."],
    "theme": ["les rivières", "la mer", "les oiseaux de nuit", "la cuisine d'hiver", "les voyages", "les machines", "le jardin", "les étoiles", "la forêt"],
    "fermeture": ["est fermée", "ouvre à {heure}", "ferme à {heure}", "sera fermée pour inventaire"],
    "retour": ["Les documents se rendent dans la boîte de la rue {rue}.", "Les prêts sont prolongés de {minutes} jours.", "Le site reste ouvert aux réservations."],
    "documents": ["romans", "bandes dessinées", "films", "disques", "livres d'images", "revues"],
    "mairie": [
        "Mairie de quartier {lieu} : {guichet} {quand}.",
        "{collecte} rue {rue} : {jour} {date} à partir de {heure}.",
        "Marché de la place {place} : {marche} {jour} {date}.",
        "Réunion publique sur {sujet}, {jour} {date} à {heure}, salle {salle}.",
    ],
    "guichet": ["le guichet est fermé", "l'accueil se fait au premier étage", "prenez rendez-vous par téléphone", "le guichet reste ouvert"],
    "collecte": ["Collecte du verre", "Ramassage des feuilles", "Collecte des encombrants", "Distribution de compost"],
    "marche": ["déplacé devant l'école", "ouvert jusqu'à {heure}", "annulé en raison du vent", "avancé d'une heure"],
    "sujet": ["les pistes cyclables", "le plan de circulation", "la rénovation de l'école", "les jardins partagés", "l'éclairage des rues"],
    "ligne": ["A", "B", "C", "D"],
    "arret": ["Quai des Saules", "Les Trois Fontaines", "Halle aux Grains", "Pont de l'Écluse", "Collège des Ormes", "Place du Beffroi", "Rive Haute", "Les Terrasses", "Gare de Valbrume", "Parc des Sources"],
    "lieu": ["des Tanneurs", "du Moulin", "de la Rive", "des Ormes", "du Vieux Port"],
    "rue": ["des Tisserands", "du Lavoir", "de la Fonderie", "des Acacias", "du Four", "Haute"],
    "place": ["du Beffroi", "des Halles", "aux Herbes"],
    "salle": ["du Conseil", "des Fêtes", "du Moulin", "Bleue"],
    "jour": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "mois": ["janvier", "février", "mars", "avril", "mai", "juin", "septembre", "octobre", "novembre", "décembre"],
    "date": ["{quantieme} {mois}"],
    "heure": ["{h} h", "{h} h 15", "{h} h 30", "{h} h 45"],
}
NUMBERS = {"quantieme": range(2, 29), "h": range(7, 23), "bus": range(10, 60), "minutes": range(5, 31, 5), "metres": range(20, 200, 10), "nombre": range(8, 60), "age": range(3, 15)}


def draw(symbol: str, rng: random.Random) -> str:
    """One text for `symbol`: a number, or a rule in which every {name} is drawn in its turn."""
    if symbol in NUMBERS:
        return str(rng.choice(NUMBERS[symbol]))
    return re.sub(r"\{(\w+)\}", lambda found: draw(found.group(1), rng), rng.choice(GRAMMAR[symbol]))


def notices(how_many: int, seed: int) -> str:
    """That many notices, one a line."""
    rng = random.Random(seed)
    return "".join(draw("avis", rng) + "\n" for _ in range(how_many))


def main() -> None:
    """Write both texts."""
    (HERE / "data").mkdir(exist_ok=True)
    for name, how_many, seed in (("avis.txt", TRAINING, 5), ("avis_validation.txt", VALIDATION, 6)):
        (HERE / "data" / name).write_text(notices(how_many, seed), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
