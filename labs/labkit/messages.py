"""Turns an error into one friendly sentence in both languages; never a traceback, never a word of blame."""

from __future__ import annotations

import re
from collections.abc import Callable

from labkit.lang import Text

NOT_ANSWERED = Text(
    "Pas encore de réponse. Répondez à la question, puis exécutez de nouveau cette vérification.",
    "No answer yet. Answer the question, then run this check again.",
)
STILL_DOTS = Text(
    "Pas encore de réponse. Remplacez les points de suspension, exécutez la cellule, puis vérifiez de nouveau.",
    "No answer yet. Replace the dots, run the cell, then check again.",
)
RETURNS_NOTHING = Text(
    "Pas encore de réponse : votre fonction ne renvoie rien. Complétez-la, puis vérifiez que sa dernière ligne "
    "est un « return ».",
    "No answer yet: your function returns nothing. Complete it, then make sure that its last line is a “return”.",
)

_Rule = tuple[str, str, Callable[["re.Match[str]"], Text]]


def _rule(names: str, pattern: str, fr: str, en: str) -> _Rule:
    """A sentence with `{0}`, `{1}` … for the groups of `pattern`."""

    def build(match: re.Match[str]) -> Text:
        groups = [g or "" for g in match.groups()]
        return Text(fr.format(*groups), en.format(*groups))

    return names, pattern, build


_RULES: tuple[_Rule, ...] = (
    _rule("TypeError AttributeError", r"'(?:ellipsis|NoneType)'|\bEllipsis\b", *STILL_DOTS),
    _rule(
        "NameError UnboundLocalError",
        r"name '([^']+)' is not defined",
        "« {0} » n'existe pas encore. Exécutez d'abord la cellule qui le définit, ou vérifiez l'orthographe du nom.",
        "“{0}” does not exist yet. First run the cell that defines it, or check how the name is spelt.",
    ),
    _rule(
        "UnboundLocalError",
        r"local variable '([^']+)'",
        "La variable « {0} » est lue avant d'avoir reçu une valeur dans la fonction.",
        "The variable “{0}” is read before it was given a value in the function.",
    ),
    _rule(
        "TypeError",
        r"^(?:[\w.<>]+\.)?([\w<>]+)\(\) (?:takes|missing|got an unexpected|got multiple)",
        "La fonction « {0} » n'a pas reçu les arguments qu'elle attend. Comparez sa ligne « def » avec l'énoncé.",
        "The function “{0}” was not given the arguments that it expects. Compare its “def” line with the question.",
    ),
    _rule(
        "TypeError",
        r"'([^']+)' object is not callable",
        "Une valeur de type « {0} » est appelée comme une fonction. Un nom de fonction a peut-être été réutilisé "
        "pour une variable.",
        "A value of type “{0}” is called like a function. Perhaps the name of a function was reused for a variable.",
    ),
    _rule(
        "TypeError",
        r"unsupported operand type\(s\) for ([^:]+): '([^']+)' and '([^']+)'",
        "L'opération « {0} » ne s'applique pas à une valeur de type « {1} » et une valeur de type « {2} ».",
        "The operation “{0}” does not apply to a value of type “{1}” and a value of type “{2}”.",
    ),
    _rule(
        "KeyError",
        r"^(.+)$",
        "La clé ou la colonne {0} est introuvable. Vérifiez son nom, accents et majuscules compris.",
        "The key or column {0} was not found. Check its name, including accents and capitals.",
    ),
    _rule(
        "IndexError",
        r"",
        "Une position demandée n'existe pas : la liste ou le tableau est plus court que prévu.",
        "A position that was asked for does not exist: the list or array is shorter than expected.",
    ),
    _rule(
        "AttributeError",
        r"'?([\w.]+)'?(?: object)? has no attribute '([^']+)'",
        "Une valeur de type « {0} » n'a pas d'élément nommé « {1} ». Vérifiez le nom, et le type de la valeur.",
        "A value of type “{0}” has nothing called “{1}”. Check the name, and the type of the value.",
    ),
    _rule(
        "ZeroDivisionError",
        r"",
        "Une division par zéro : le nombre par lequel on divise est nul. Que faire dans ce cas ?",
        "A division by zero: the number that you divide by is zero. What should happen then?",
    ),
    _rule(
        "FileNotFoundError",
        r"'([^']+)'",
        "Le fichier « {0} » est introuvable. Les données du lab sont dans le dossier « data ».",
        "The file “{0}” was not found. The data of the lab are in the folder “data”.",
    ),
    _rule(
        "ModuleNotFoundError",
        r"No module named '([^']+)'",
        "Le module « {0} » n'est pas installé dans cet environnement. Le lab se fait sans lui.",
        "The module “{0}” is not installed in this environment. The lab can be done without it.",
    ),
    _rule(
        "SyntaxError IndentationError TabError",
        r"",
        "Python n'a pas pu lire ce code. Cherchez une parenthèse, un deux-points ou un décalage oublié.",
        "Python could not read this code. Look for a missing bracket, colon or indentation.",
    ),
    _rule(
        "RecursionError",
        r"",
        "La fonction s'appelle elle-même sans fin. Il lui manque un cas d'arrêt.",
        "The function calls itself without end. It needs a case where it stops.",
    ),
    _rule(
        "MemoryError",
        r"",
        "Le calcul demande plus de mémoire qu'il n'y en a. Réduisez la taille des données ou des lots.",
        "The computation needs more memory than there is. Reduce the size of the data or of the batches.",
    ),
    _rule(
        "KeyboardInterrupt",
        r"",
        "Le calcul a été interrompu avant la fin.",
        "The computation was interrupted before its end.",
    ),
    _rule(
        "SystemExit",
        r"",
        "Le code demande d'arrêter le programme (« exit » ou « quit »). Retirez cet appel.",
        "The code asks to stop the program (“exit” or “quit”). Remove that call.",
    ),
    _rule(
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied \((\w+) and (\w+)\)",
        "Deux matrices ne peuvent pas être multipliées : {0} et {1}. Vérifiez la taille des couches.",
        "Two matrices cannot be multiplied: {0} and {1}. Check the sizes of the layers.",
    ),
    _rule(
        "ValueError",
        r"operands could not be broadcast together with shapes (\([^)]*\)) (\([^)]*\))",
        "Deux tableaux n'ont pas des formes compatibles : {0} et {1}.",
        "Two arrays have shapes that do not fit: {0} and {1}.",
    ),
    _rule("AssertionError", r"^(.+)$", "{0}", "{0}"),
)


def explain(error: BaseException) -> Text:
    """One sentence, in both languages, on `error`. A failed check says what it has to say itself."""
    fr, en = getattr(error, "fr", None), getattr(error, "en", None)
    if isinstance(fr, str) and isinstance(en, str):
        return Text(fr, en)
    return explain_named(type(error).__name__, _said(error))


def explain_named(name: str, said: str) -> Text:
    """As `explain`, from the class name and the text of an error, as a notebook output holds them."""
    first_line = said.strip().split("\n", 1)[0][:300]
    for names, pattern, build in _RULES:
        if name in names.split() and (match := re.search(pattern, first_line)):
            return build(match)
    detail = f"{name} : {first_line}" if first_line else name
    return Text(
        f"Le code s'arrête sur une erreur ({detail}).",
        f"The code stops with an error ({detail.replace(' : ', ': ', 1)}).",
    )


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an exception written by a learner may fail at anything
        return ""
