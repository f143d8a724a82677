"""What a check says when its author gives it no message of its own: every sentence in both languages."""

from __future__ import annotations

from labkit.lang import Text

DIFFERENT = Text(
    "La valeur obtenue ({value}) n'est pas celle attendue.", "The value found ({value}) is not the expected one."
)
UNEXPECTED = Text("La valeur obtenue ({value}) ne convient pas.", "The value found ({value}) does not fit.")
FAR = Text(
    "La valeur obtenue ({value}) est trop loin de celle attendue.",
    "The value found ({value}) is too far from the expected one.",
)
OUTSIDE = Text("La valeur obtenue ({value}) est hors de l'intervalle.", "The value found ({value}) is out of range.")
LENGTH = Text("Le nombre d'éléments n'est pas celui attendu.", "The number of items is not the expected one.")
SHAPE = Text("La forme du tableau n'est pas celle attendue.", "The shape of the array is not the expected one.")
MISSING_COLUMN = Text("Il manque la colonne {0}.", "The column {0} is missing.")
MISSING_KEY = Text("Il manque la clé {0}.", "The key {0} is missing.")
ACCEPTED = Text(
    "La fonction devrait refuser cet appel par une erreur ; elle a renvoyé {value}.",
    "The function should refuse this call with an error; it returned {value}.",
)
KIND_NAMES = {
    "number": Text("un nombre", "a number"),
    "integer": Text("un nombre entier", "a whole number"),
    "text": Text("un texte", "a text"),
    "list": Text("une liste", "a list"),
    "dict": Text("un dictionnaire", "a dict"),
    "array": Text("un tableau NumPy", "a NumPy array"),
    "tensor": Text("un tenseur PyTorch", "a PyTorch tensor"),
    "table": Text("un tableau pandas (DataFrame)", "a pandas table (DataFrame)"),
    "series": Text("une colonne pandas (Series)", "a pandas column (Series)"),
    "boolean": Text("vrai ou faux (True ou False)", "true or false (True or False)"),
    "function": Text("une fonction", "a function"),
}
