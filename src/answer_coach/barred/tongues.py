"""Demands in other languages: words of grading, in small letters and without accents.

One of them may be a name or a borrowed word; two in one sentence speak of grading.  In an answer that is not English
they are ordinary words, so that it takes three.
"""

from __future__ import annotations

import re

from answer_coach.barred.disguise import bare
from answer_coach.barred.signs import BEGINNING, Phrase, Sign

ENOUGH, ENOUGH_AT_HOME = 2, 3
STEMS = r"""
bewert\w* benot\w* punktzahl kriteri\w* erfullt urteil\w* anweisung\w* hinweis antwort\w* vergib indikator\w*
prufer\w* nachsichtig consignes? attribue\w* maximale criteres? evaluateur\w* reponses? rempli\w* indicateurs? cocher
coche\w* notation instruccion\w* califi\w* puntuacion puntaje criterios? cumplid\w* respuesta\w* evaluador\w*
indicador\w* puntos criteri punteggio soddisfatt\w* assegna\w* valut\w* rispost\w* indicatori voti voto massimo
istruzioni avali\w* respostas? atendid\w* marque pontuacao instrucoes beoordel\w* antwoord\w* hoogste vink vervuld
instructies oceni\w* ocen\w* odpowied\w* kryteri\w* spelni\w* spe\u0142ni\w* najwy\w* polece\w* svaret? betyg\w*
karakter\w* uppfyll\w* opfyldt oppfylt hogsta hojeste hoyeste topkarakter punkter cevab?\w* puan\w* olcut\w* karsilan\w*
yanit\w* nivel niveau maxim[oa] nilai jawaban kriteria vastau\w* pistee\w* arvio\w*
cham tieu_chi tra_loi danh_dau
""".split()
# The letters that each of them begins with, as far as `signs` looks: up to one that may be missing or another.
NEEDS = [re.split(r"[a-z]\?|[\\\[_]", stem.replace(r"\u0142", "\u0142"))[0][:BEGINNING] for stem in STEMS]
GRADING = Sign(Phrase(rf"\b(?:{'|'.join(STEMS).replace('_', ' ')})\b", " ".join(NEEDS)))


def speaks_of_grading(text: str, english: bool) -> bool:
    """Whether a sentence in another language speaks of grading; `english` says whether the answer is English."""
    return len(set(GRADING.findall(bare(text)))) >= (ENOUGH if english else ENOUGH_AT_HOME)
