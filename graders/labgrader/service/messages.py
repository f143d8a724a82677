"""What people read of a refusal, in both languages, by its code: one sentence on what happened and what to do.

Codes that only programs meet have none; their `detail` is enough.
"""

from __future__ import annotations

from collections.abc import Mapping

from labgrader.record import Text

_LATER = Text(
    fr="Le service est momentanément indisponible. Rien n'est perdu : réessayez dans un instant.",
    en="The service is unavailable for a moment. Nothing is lost: try again shortly.",
)
_SIGN_IN = Text(
    fr="Votre session a expiré. Rechargez la page et reconnectez-vous, puis recommencez.",
    en="Your session has expired. Reload the page and sign in again, then try once more.",
)
_NOT_YOURS = Text(
    fr="Votre rôle ne permet pas cette action. Si vous devriez être dans ce cours, prévenez votre formateur ou votre "
    "formatrice.",
    en="Your role does not allow this. If you should be in this course, tell your trainer.",
)
_GONE = Text(
    fr="Cet élément n'existe pas ou n'existe plus. Revenez à la page précédente et rechargez-la.",
    en="There is no such thing, or not any more. Go back to the previous page and reload it.",
)
_BAD_ARCHIVE = Text(
    fr="Le fichier envoyé n'est pas une archive zip utilisable. Enregistrez votre travail, puis recommencez.",
    en="What was sent is not a usable zip archive. Save your work, then try again.",
)

MESSAGES: Mapping[str, Text] = {
    "not_released": Text(
        fr="Ce lab n'est pas ouvert dans ce cours. Votre formateur ou votre formatrice peut l'ouvrir.",
        en="This lab is not open in this course. Your trainer can open it.",
    ),
    "no_attempts_left": Text(
        fr="Tous les essais de ce lab sont utilisés. Rien n'est perdu : votre travail reste dans votre dossier.",
        en="All attempts at this lab are used. Nothing is lost: your work stays in your folder.",
    ),
    "too_large": Text(
        fr="Votre travail est trop volumineux pour être remis. Effacez les sorties du notebook (menu Édition) ou "
        "déplacez les gros fichiers dans data/, puis remettez.",
        en="Your work is too large to be submitted. Clear the outputs of the notebook (Edit menu) or move large files "
        "to data/, then submit.",
    ),
    "too_many_files": Text(
        fr="Il y a trop de fichiers dans le dossier du lab. Déplacez ailleurs ceux qui ne servent pas, puis remettez.",
        en="There are too many files in the folder of the lab. Move those you do not need elsewhere, then submit.",
    ),
    "unpacked_too_large": Text(
        fr="Les fichiers du dossier du lab sont trop volumineux. Déplacez les plus gros ailleurs, puis remettez.",
        en="The files in the folder of the lab are too large. Move the largest elsewhere, then submit.",
    ),
    "file_type": Text(
        fr="Le dossier du lab contient un fichier d'un type qui ne se remet pas. Déplacez-le ailleurs, puis remettez.",
        en="The folder of the lab holds a file of a type that cannot be submitted. Move it elsewhere, then submit.",
    ),
    "bad_name": Text(
        fr="Le nom d'un fichier du dossier du lab n'est pas accepté. Renommez-le simplement (lettres, chiffres, "
        "tirets), puis remettez.",
        en="The name of a file in the folder of the lab is not accepted. Rename it simply (letters, digits, hyphens), "
        "then submit.",
    ),
    "bad_archive": _BAD_ARCHIVE,
    "not_a_zip": _BAD_ARCHIVE,
    "no_notebook": Text(
        fr="Le notebook du lab n'est pas dans ce qui a été envoyé. Redonnez-lui son nom d'origine, puis remettez.",
        en="The notebook of the lab is not in what was sent. Give it its original name again, then submit.",
    ),
    "feedback_not_released": Text(
        fr="Le retour détaillé n'est pas encore publié par votre formateur ou votre formatrice.",
        en="Your trainer has not released the detailed feedback yet.",
    ),
    "no_feedback": Text(
        fr="Il n'y a pas de retour détaillé pour cette remise.",
        en="There is no detailed feedback for this submission.",
    ),
    "unreadable_notebook": Text(
        fr="Ce qui a été remis ne peut pas être affiché comme un notebook.",
        en="What was submitted cannot be shown as a notebook.",
    ),
    "no_such_language": Text(
        fr="Ce lab n'existe pas dans cette langue.",
        en="This lab does not exist in this language.",
    ),
    "too_many_points": Text(
        fr="Cette question donne moins de points que cela. Corrigez la note.",
        en="This question gives fewer points than that. Correct the grade.",
    ),
    "bad_comment": Text(
        fr="Le commentaire contient un caractère qui ne peut pas être conservé. Retirez-le.",
        en="The comment holds a character that cannot be kept. Remove it.",
    ),
    "bad_due_date": Text(
        fr="Cette date limite n'est pas possible. Corrigez l'année.",
        en="This due date is not possible. Correct the year.",
    ),
    "not_waiting": Text(
        fr="Cette remise n'attend plus dans la file : elle vient d'être notée ou retirée. Rechargez la page.",
        en="This submission waits in the queue no more: it has just been graded or taken out. Reload the page.",
    ),
    "not_cancelled": Text(
        fr="La notation de cette remise n'est pas annulée. Rechargez la page pour voir où elle en est.",
        en="The grading of this submission is not cancelled. Reload the page to see where it stands.",
    ),
    "bad_note": Text(
        fr="Dites en quelques mots pourquoi le lab est noté de nouveau : ses apprenants le liront.",
        en="Say in a few words why the lab is graded again: its learners will read it.",
    ),
    "regrade_open": Text(
        fr="Une nouvelle notation de ce lab est déjà en cours. Appliquez-la ou annulez-la d'abord.",
        en="This lab is already being graded again. Apply or cancel that first.",
    ),
    "nothing_to_regrade": Text(
        fr="Tous les essais notés l'ont été avec la version la plus récente du lab : il n'y a rien à noter de nouveau.",
        en="Every graded attempt was graded with the newest version of the lab: there is nothing to grade again.",
    ),
    "regrade_running": Text(
        fr="Des essais sont encore en cours de notation. Attendez la fin, puis appliquez.",
        en="Some attempts are still being graded. Wait until all are done, then apply.",
    ),
    "regrade_closed": Text(
        fr="Cette nouvelle notation est déjà appliquée ou annulée. Rechargez la page.",
        en="This regrade is already applied or cancelled. Reload the page.",
    ),
    "no_such_regrade": _GONE,
    "no_such_answer": _GONE,
    "no_such_lab": _GONE,
    "no_such_submission": _GONE,
    "denied": _NOT_YOURS,
    "no_access": _NOT_YOURS,
    "no_token": _SIGN_IN,
    "bad_token": _SIGN_IN,
    "hub_unreachable": _LATER,
    "hub_refused": _LATER,
    "database_unavailable": _LATER,
    "storage_unavailable": _LATER,
    "internal_error": Text(
        fr="Une erreur inattendue s'est produite. Réessayez ; si elle revient, prévenez l'équipe technique.",
        en="Something unexpected went wrong. Try again; if it comes back, tell the technical team.",
    ),
}
