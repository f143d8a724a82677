"""The sentences that a learner reads when grading could not run to its end: what happened, and what to do now."""

from __future__ import annotations

from labgrader.record import ErrorKind, GradingError, Text

NO_NOTEBOOK = Text(
    fr="Il n'y a pas de notebook dans ce qui a été remis. Rouvrez le lab depuis « Mes labs » et remettez-le.",
    en="There is no notebook in what was submitted. Open the lab again from My labs and submit it.",
)
SEVERAL_NOTEBOOKS = Text(
    fr="Plusieurs notebooks ont été remis et aucun ne porte le nom du lab. Gardez-en un seul, puis remettez.",
    en="Several notebooks were submitted and none has the name of the lab. Keep only one, then submit.",
)
NOT_A_NOTEBOOK = Text(
    fr="Le notebook est abîmé et ne peut pas être lu. Enregistrez-le dans JupyterLab, ou recommencez depuis une "
    "copie neuve, puis remettez.",
    en="The notebook is damaged and cannot be read. Save it in JupyterLab, or start again from a clean copy, "
    "then submit.",
)
TOO_LARGE = Text(
    fr="Le notebook est trop volumineux. Effacez ses sorties (menu Édition), enregistrez, puis remettez.",
    en="The notebook is too large. Clear its outputs (Edit menu), save, then submit.",
)
TIMEOUT = Text(
    fr="L'exécution du notebook a dépassé le temps prévu. Cherchez une boucle qui ne s'arrête pas, exécutez tout "
    "dans JupyterLab, puis remettez.",
    en="Running the notebook took longer than planned. Look for a loop that does not stop, run everything in "
    "JupyterLab, then submit.",
)
MEMORY = Text(
    fr="Le notebook a demandé plus de mémoire que prévu. Cherchez une liste ou un tableau qui grandit sans fin, "
    "puis remettez.",
    en="The notebook needed more memory than planned. Look for a list or an array that keeps growing, then submit.",
)
CRASH = Text(
    fr="Python s'est arrêté pendant l'exécution du notebook. Redémarrez le noyau, exécutez tout, corrigez la "
    "cellule qui l'arrête, puis remettez.",
    en="Python stopped while the notebook was running. Restart the kernel, run everything, correct the cell that "
    "stops it, then submit.",
)
LAB = Text(
    fr="Ce lab n'a pas pu être noté à cause d'un défaut du lab lui-même. Votre travail est gardé : prévenez votre "
    "formateur ou votre formatrice.",
    en="This lab could not be graded because of a fault in the lab itself. Your work is kept: tell your trainer.",
)
MISSING = Text(
    fr="La cellule de vérification de cet exercice n'est plus dans le notebook. Recommencez depuis une copie neuve "
    "et reportez-y votre réponse.",
    en="The check cell of this exercise is no longer in the notebook. Start from a clean copy and put your answer "
    "there.",
)
CHECK_TIMEOUT = Text(
    fr="La vérification de cet exercice a dépassé le temps prévu. Votre code s'arrête-t-il toujours ?",
    en="The check of this exercise took longer than planned. Does your code always stop?",
)
GENERIC = Text(
    fr="Cet exercice ne donne pas encore le résultat attendu. Relisez la consigne et comparez avec l'exemple.",
    en="This exercise does not give the expected result yet. Read the task again and compare with the example.",
)


def stopped(name: str) -> Text:
    """On a test that the learner's code stopped with the error `name`."""
    return Text(
        fr=f"Essayé avec d'autres valeurs que celles du notebook, votre code s'arrête sur une erreur ({name}).",
        en=f"Tried with other values than those in the notebook, your code stops with an error ({name}).",
    )


def error(kind: ErrorKind, message: Text) -> GradingError:
    """The error of a record."""
    return GradingError(kind=kind, message=message)
