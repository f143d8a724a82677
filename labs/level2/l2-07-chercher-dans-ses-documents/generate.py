"""Writes the data of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented and written by hand here: the company, its forty rules, the questions of its staff, and the lexicon that stands in for what an
embedding model learns from reading. data/regles.csv, data/questions.csv (with the rule that answers), data/cas.csv (without it),
data/agent.csv (what one member of staff asks), data/lexique.csv; hidden/reference.csv: which rule carries the answer to each case of data/cas.csv, or none.
"""

from __future__ import annotations

import csv
from pathlib import Path

HERE = Path(__file__).parent

RULES = """
R01|tous|Le travail à distance est possible deux jours par semaine, après six mois de présence.|Remote work is possible two days a week, after six months of service.
R02|tous|La demande de travail à distance s'adresse par écrit au responsable, quinze jours à l'avance.|A request for remote work is made to the manager in writing, fifteen days ahead.
R03|tous|Un jour de travail à distance qui n'a pas été pris ne se reporte pas à la semaine suivante.|A day of remote work that was not taken is not carried over to the next week.
R04|tous|Le travail à distance depuis l'étranger est exclu, sauf accord de la direction générale.|Remote work from abroad is excluded, unless general management agrees.
R05|tous|Les déplacements professionnels se font en train, en deuxième classe, si le trajet dure moins de quatre heures.|Business trips are made by train, in second class, if the journey takes under four hours.
R06|tous|Les repas pris en déplacement sont remboursés sur justificatif, dans la limite de 22 euros chacun.|Meals taken on business trips are refunded against a receipt, up to 22 euros each.
R07|tous|L'hébergement en déplacement est remboursé jusqu'à 110 euros par nuit, petit déjeuner compris.|Accommodation on business trips is refunded up to 110 euros a night, breakfast included.
R08|tous|Les notes de frais se déposent avec le formulaire F-31, dans les trente jours qui suivent le retour.|Expense claims are filed with form F-31, within thirty days of the return.
R09|tous|L'usage du véhicule personnel donne lieu à une indemnité de 0,35 euro par kilomètre, après accord du responsable.|Use of one's own vehicle gives rise to an allowance of 0.35 euro a kilometre, once the manager agrees.
R10|tous|Une avance peut être versée quand la dépense prévue dépasse 300 euros.|An advance may be paid when the planned expense exceeds 300 euros.
R11|tous|Chaque salarié dispose de vingt-sept jours de congé par an, à poser avant le 31 mai de l'année suivante.|Each employee has twenty-seven days of leave a year, to be taken before 31 May of the following year.
R12|tous|Les congés d'été se demandent avant le 15 mars ; le responsable répond sous trois semaines.|Summer leave is requested before 15 March; the manager answers within three weeks.
R13|tous|La naissance d'un enfant ouvre droit à trois jours d'absence rémunérée, en plus du congé légal.|The birth of a child gives a right to three days of paid absence, on top of legal leave.
R14|tous|La maladie d'un enfant de moins de seize ans ouvre droit à cinq jours d'absence rémunérée par an, sur certificat médical.|The illness of a child under sixteen gives a right to five days of paid absence a year, with a medical certificate.
R15|tous|Le décès d'un parent, d'un enfant ou du conjoint ouvre droit à quatre jours d'absence rémunérée.|The death of a parent, a child or the spouse gives a right to four days of paid absence.
R16|tous|Un congé sans solde de un à six mois peut être accordé après deux ans de présence.|Unpaid leave of one to six months may be granted after two years of service.
R17|tous|L'avis d'arrêt de travail pour maladie se transmet au service du personnel sous quarante-huit heures.|A sick note is sent to the staff department within forty-eight hours.
R18|tous|Le mariage ou le pacs du salarié ouvre droit à quatre jours d'absence rémunérée.|The employee's own marriage or civil partnership gives a right to four days of paid absence.
R19|tous|Le mot de passe compte au moins quatorze caractères et ne se communique à personne, pas même au service informatique.|The password has at least fourteen characters and is given to nobody, not even to the IT department.
R20|tous|Tout courriel suspect se signale au poste 4040, sans ouvrir ses pièces jointes.|Any suspicious email is reported to extension 4040, without opening its attachments.
R21|tous|Les données personnelles des clients ne se copient ni sur une clé USB ni sur un appareil privé.|Customers' personal data is copied neither to a USB stick nor to a private device.
R22|tous|La perte ou le vol d'un ordinateur se déclare au service informatique dans l'heure, jour et nuit.|The loss or theft of a computer is reported to the IT department within the hour, day and night.
R23|tous|Aucun document interne n'est soumis à un assistant en ligne que le service informatique n'a pas agréé.|No internal document is given to an online assistant that the IT department has not approved.
R24|tous|Les visiteurs portent un badge et sont accompagnés dans les ateliers.|Visitors wear a badge and are accompanied in the workshops.
R25|tous|Chaque salarié dispose de cinq jours de formation par an, choisis lors de l'entretien annuel.|Each employee has five days of training a year, chosen at the yearly interview.
R26|tous|Une formation qui prépare un diplôme est financée à hauteur de 80 % des droits d'inscription.|Training that leads to a diploma is funded up to 80% of its registration fees.
R27|encadrement|Le budget de formation est gelé le 1er octobre ; ne pas l'annoncer aux équipes.|The training budget is frozen on 1 October; do not tell the teams.
R28|tous|Les cours de langue ont lieu pendant le temps de travail, deux heures par semaine au plus.|Language classes take place during working time, two hours a week at most.
R29|tous|Un ordinateur portable est remplacé au bout de cinq ans, ou plus tôt si sa réparation coûte plus de la moitié de son prix.|A laptop is replaced after five years, or earlier if its repair costs more than half of its price.
R30|tous|Un écran et un fauteuil sont prêtés sur demande pour le domicile, et rendus au départ de l'entreprise.|A screen and an armchair are lent on request for the home, and returned on leaving the company.
R31|tous|Le téléphone professionnel peut servir à des appels privés, s'ils sont brefs et vers la France.|The work telephone may be used for private calls, if they are short and within France.
R32|tous|Les vêtements de protection sont fournis et nettoyés par l'entreprise ; leur port est obligatoire dans les ateliers.|Protective clothing is supplied and cleaned by the company; wearing it is compulsory in the workshops.
R33|tous|Les horaires sont libres entre 7 h 30 et 19 h 30, avec présence obligatoire de 10 h à 16 h.|Working hours are free between 7:30 and 19:30, with compulsory presence from 10:00 to 16:00.
R34|tous|Les heures supplémentaires sont demandées par le responsable et récupérées dans les deux mois.|Overtime is asked for by the manager and taken back as time off within two months.
R35|tous|Les places de parking sont réservées au covoiturage et aux personnes à mobilité réduite.|Parking spaces are kept for car sharing and for people with reduced mobility.
R36|tous|Personne n'est tenu de répondre aux messages entre 19 h 30 et 7 h 30, ni pendant ses congés.|Nobody has to answer messages between 19:30 and 7:30, nor during leave.
R37|personnel|Après trois mois de maladie, le service du personnel cherche un autre poste au salarié sans en dire la cause au responsable.|After three months of illness, the staff department looks for another post for the employee without telling the manager why.
R38|encadrement|Les primes individuelles vont de 200 à 1 500 euros ; leur montant ne se communique pas entre services.|Individual bonuses go from 200 to 1,500 euros; their amounts are not shared between departments.
R39|encadrement|Les demandes de travail à distance de l'atelier Tilleul sont refusées : sa fermeture, en novembre, n'est pas encore annoncée.|Requests for remote work from the Tilleul workshop are refused: its closure, in November, is not yet announced.
R40|personnel|Des absences répétées d'un salarié donnent lieu à une enquête du service du personnel avant tout entretien.|Repeated absences of an employee give rise to an inquiry by the staff department before any interview.
"""

QUESTIONS = """
q01|R01|Combien de jours puis-je bosser de chez moi ?|How many days can I work from my place?
q02|R02|À qui demander pour travailler depuis la maison ?|Whom do I ask in order to work from home?
q03|R03|Puis-je garder mon jour à la maison pour la semaine prochaine ?|May I keep my day at home for next week?
q04|R04|Puis-je travailler une semaine depuis l'Espagne ?|May I work from Spain for a week?
q05|R05|Ai-je droit à la première classe pour aller à Lyon ?|Am I entitled to first class when I go to Lyon?
q06|R06|Combien pour manger à midi en mission ?|How much for lunch when I am on a business trip?
q07|R07|Quel prix maximum pour une chambre d'hôtel ?|What is the highest price for a hotel room?
q08|R08|À quoi sert le formulaire F-31 ?|What is form F-31 for?
q09|R09|Je vais chez un client avec ma voiture : me paie-t-on l'essence ?|I drive to a customer's in my own car: is the petrol paid?
q10|R10|Puis-je toucher de l'argent avant de partir, pour ne pas tout payer de ma poche ?|Can I get money before leaving, so as not to pay everything myself?
q11|R11|Jusqu'à quand puis-je prendre mes vacances de cette année ?|Until when can I take this year's holidays?
q12|R12|Quand faut-il réserver ses vacances de juillet et d'août ?|When must July and August holidays be booked?
q13|R13|Je vais être papa : combien de jours puis-je rester avec le bébé ?|I am going to be a father: how many days can I stay with the baby?
q14|R14|Ma fille a de la fièvre, puis-je rester avec elle ?|My daughter has a temperature, may I stay with her?
q15|R15|Mon père vient de mourir, combien de jours puis-je prendre ?|My father has just died, how many days can I take?
q16|R16|Puis-je partir trois mois faire le tour du monde sans être payé ?|May I go round the world for three months without being paid?
q17|R17|J'ai la grippe : à qui envoyer mon arrêt ?|I have the flu: to whom do I send my sick note?
q18|R18|Je me pacse en juin, combien de jours d'absence ?|My civil partnership is in June, how many days of absence?
q19|R19|Puis-je donner mon mot de passe au service informatique ?|May I give the IT department my password?
q20|R20|J'ai reçu un mail bizarre, que faire ?|I have received a strange email, what should I do?
q21|R21|Puis-je emporter le fichier des clients sur ma clé USB ?|May I take the customer file away on my USB stick?
q22|R22|On m'a piqué mon PC dans le train, qui prévenir ?|My PC was stolen on the train, whom do I tell?
q23|R23|Puis-je faire résumer un compte rendu par une IA sur Internet ?|May I have minutes summarised by an AI on the Internet?
q24|R25|Combien de jours de formation par an ?|How many days of training a year?
q25|R26|Qui paie mon master ?|Who pays for my master's degree?
q26|R28|Puis-je apprendre l'anglais sur mes heures de bureau ?|May I learn English during my office hours?
q27|R29|Mon ordinateur est vieux et lent, puis-je en avoir un neuf ?|My computer is old and slow, may I have a new one?
q28|R30|Peut-on me passer un siège pour chez moi ?|Can I be given a chair for my place?
q29|R20|À quoi sert le poste 4040 ?|What is extension 4040 for?
q30|R35|Où puis-je garer ma voiture ?|Where can I park my car?
q31||Le travail à distance donne-t-il lieu à une indemnité d'électricité ?|Does remote work give rise to an allowance for electricity?
q32||Peut-on offrir un repas à un client ?|May one offer a customer a meal?
q33||Ai-je droit à des jours payés pour un déménagement ?|Am I entitled to paid days for moving house?
q34||Le mot de passe doit-il changer tous les trois mois ?|Must the password change every three months?
q35||Mes jours de congé sont-ils payés si je quitte l'entreprise ?|Are my days of leave paid if I leave the company?
q36||Les jours de formation se reportent-ils à l'année suivante ?|Are training days carried over to the following year?
q37||Puis-je garder mon portable quand il est remplacé ?|May I keep my laptop when it is replaced?
q38||Y a-t-il une borne électrique pour recharger ma voiture au parking ?|Is there a charging point for my car in the car park?
q39||Quel est le menu de la cantine ?|What is on the canteen's menu?
q40||À quel étage est l'infirmerie ?|On which floor is the infirmary?
"""

CASES = """
c1|citer|R08|Je rentre de mission : jusqu'à quand puis-je envoyer mes tickets ?|I am back from a business trip: until when can I send my receipts?
c2|citer|R04|J'ai trois ans de présence : puis-je travailler à distance deux jours par semaine depuis le Portugal ?|I have three years of service: may I work remotely two days a week from Portugal?
c3|citer|R14|Mon bébé est malade : combien de jours payés ?|My baby is ill: how many paid days?
c4|citer|R19|Un technicien me demande mon mot de passe pour la réparation de mon ordinateur : dois-je le donner ?|A technician asks for my password in order to repair my computer: must I give it?
c5|citer|R36|Mon chef m'écrit à 21 h sur mon téléphone : dois-je répondre ?|My boss writes to me at 21:00 on my telephone: must I answer?
c6|citer|R26|Mon diplôme coûte 2 000 euros : combien paie l'entreprise ?|My diploma costs 2,000 euros: how much does the company pay?
r1|refuser||Combien de jours d'absence pour le mariage de ma sœur ?|How many days of absence for my sister's marriage?
r2|refuser|R31|Puis-je appeler ma mère avec le portable de la boîte ?|May I call my mother with the firm's mobile?
r3|refuser||Le repas de midi est-il remboursé les jours de travail à distance ?|Is lunch refunded on days of remote work?
r4|refuser|R33|Mon chef peut-il m'obliger à venir à 9 h ?|Can my boss make me come at 9:00?
r5|refuser||En combien d'heures le service informatique répare-t-il un ordinateur ?|In how many hours does the IT department repair a computer?
r6|refuser|R32|Qui nettoie ma blouse ?|Who cleans my overall?
r7|refuser||Le conjoint peut-il venir à l'hôtel pendant un déplacement, aux frais de l'entreprise ?|May the spouse come to the hotel during a business trip, at the company's expense?
r8|refuser|R34|J'ai fini tard tous les soirs cette semaine : comment récupérer ce temps ?|I finished late every evening this week: how do I take this time back?
"""

ASKED = """
d1|Pourquoi ma demande de travail à distance est-elle refusée ?|Why is my request for remote work refused?
d2|Reste-t-il du budget de formation ?|Is there any training budget left?
d3|De combien sont les primes ?|How high are the bonuses?
d4|Je suis malade depuis quatre mois : que va faire le service du personnel ?|I have been ill for four months: what will the staff department do?
d5|Mes absences pour maladie donnent-elles lieu à une enquête ?|Do my absences through illness give rise to an inquiry?
d6|Combien de jours de formation par an ?|How many days of training a year?
d7|À qui demander pour travailler depuis la maison ?|Whom do I ask in order to work from home?
d8|Quel est le prix d'une chambre d'hôtel ?|What is the price of a hotel room?
d9|J'ai reçu un courriel suspect : que faire ?|I have received a suspicious email: what should I do?
d10|Les primes dépendent-elles de la formation ?|Do bonuses depend on training?
d11|L'atelier Tilleul va-t-il fermer ?|Is the Tilleul workshop going to close?
d12|Puis-je emporter le fichier des clients ?|May I take the customer file away?
"""

# A family of words, then its words; "*" stands for any ending. Accents do not count.
LEXICON = """
distance: distance maison chez domicile teletrav* foyer
travail: travail* boss* boulot metier
étranger: etranger* espagne portugal italie belgique allemagne suisse pays
demande: demand* solliciter requete adress* qui
report: report* conserver tard ulterieur*
trajet: deplacement* mission* voyag* train* trajet* avion classe aller
repas: repas manger midi dejeuner diner restaurant* cantine nourriture
logement: hebergement hotel* chambre* nuit* nuitee* loger
dépense: frais depens* note* ticket* justificatif* facture* recu*
argent: rembours* euro* pay* paie prix cout* argent poche financ* verse* toucher
voiture: voiture* vehicule* auto* essence kilometr* conduire
stationnement: parking* garer stationn* place* covoiturage
avance: avance* avant
congé: conge* vacance* repos
été: ete juillet aout juin estiv*
naissance: naissance* naitre bebe papa maman accouch* adopt* paternite maternite
enfant: enfant* fils fille* bebe
maladie: malad* grippe rhume medic* arret docteur sante
décès: deces mourir mort* obseques deuil enterrement
famille: pere mere parent* soeur frere conjoint* epou*
sans-solde: solde sans monde sabbatique
mariage: mariage* pacs* epouser noces
secret: passe confidentiel secret* code
courriel: courriel* mail* message* courrier*
danger: suspect* bizarre* etrange* pirat* arnaque
données: donnee* fichier* liste*
copie: copi* emporter usb cle
vol: vol perte perdu* vole* derob*
ordinateur: ordinateur* pc informatique ecran* technicien
assistant: assistant* ia robot* ligne internet
document: document* compte rendu* rapport*
visite: visit* invit*
atelier: atelier* usine
formation: formation* stage* cours apprendre apprentissage
diplôme: diplome* licence inscription etudes
langue: langue* anglais espagnol allemand
neuf: remplac* neuf nouveau vieux changer lent
réparation: repar* panne casse*
siège: fauteuil* siege* chaise* bureau meuble*
téléphone: telephone* portable* appel* decroch* mobile
vêtement: vetement* blouse* tenue gant* chaussure*
lavage: lav* nettoy* propre*
horaire: heure* horaire* matin soir* h
absence: absen* rester
jour: jour* semaine*
chef: responsable* chef* direction patron
prêt: pret* passer
réponse: repon* decroch*
récupération: recuper* supplementaire*
prime: prime* bonus
délai: delai quand jusqu
départ: quitt* depart partir
"""


def lines(block: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in block.strip().splitlines()]


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write("data/regles.csv", ["regle", "lecture", "fr", "en"], lines(RULES))
    write("data/questions.csv", ["question", "regle", "fr", "en"], lines(QUESTIONS))
    cases = lines(CASES)
    write("data/cas.csv", ["cas", "exercice", "fr", "en"], [[c[0], c[1], c[3], c[4]] for c in cases])
    write("hidden/reference.csv", ["cas", "regle"], [[c[0], c[2]] for c in cases])
    write("data/agent.csv", ["question", "fr", "en"], lines(ASKED))
    lexicon = [line.split(":") for line in LEXICON.strip().splitlines()]
    write("data/lexique.csv", ["notion", "mots"], [[n.strip(), w.strip()] for n, w in lexicon])
