"""Writes the tickets of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented: the organisation, its six departments, people and places. Each ticket is made from a wording (a sentence
with blanks) and belongs to the department of that wording. Three families of wordings share nothing: those that the model is
adapted on (`a`), new ones for the learner's evaluation (`e`), and others that only the grader has (`h`). The evaluation file
also holds tickets with wordings of family `a`, filled in otherwise: whoever counts them flatters the adapted model.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DEPARTMENTS = ("Pay", "Travel", "Network", "Building", "Security", "Training")

NAMES = ("Amara", "Bruno", "Chloe", "Dario", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kenza", "Louis")
PLACES = ("Lille", "Nantes", "Lyon", "Rennes", "Metz", "Nice", "Tours", "Dijon")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = ("January", "March", "April", "June", "September", "October", "November")
FLOORS = ("ground", "first", "second", "third", "fourth")
TEAMS = ("records", "reception", "legal", "press", "archive", "survey")

ADAPT = {
    "Pay": (
        "My wages for {month} were paid late.",
        "The amount on my pay slip does not match the amount paid.",
        "I was paid less than {name} for the same hours.",
        "When will the pay rise for {team} be applied?",
        "My sick leave in {month} was counted twice.",
        "How do I ask for an advance on my salary?",
        "The night shift bonus is missing from my {month} pay.",
        "Please send me a statement of my income for last year.",
        "{name} was paid although she was on unpaid leave.",
        "I have not received the money for my extra hours in {month}.",
        "Which deductions were made from my pay in {month}?",
        "My holiday balance is wrong by {n} days.",
        "Please pay my salary into my new account from {month}.",
        "Can my public holiday on {day} be paid as overtime?",
        "My {month} salary has not arrived yet.",
        "There is a mistake on my pay slip for {month}.",
        "My overtime from {day} was not paid.",
        "How many days of leave do I have left this year?",
        "{name} in {team} needs a copy of the {month} pay slip.",
        "Please update my bank account before the {month} salary run.",
        "The tax taken from my wages in {month} looks too high.",
        "{name} was not given the bonus promised in {month}.",
        "I would like to move {n} days of leave to next year.",
        "My pension contribution is missing since {month}.",
    ),
    "Travel": (
        "I have to be in {place} on {day}, can you find me a train?",
        "Which agency books our journeys to {place}?",
        "Our plane to {place} leaves on {day} and I have no ticket.",
        "I missed my train to {place} and bought another ticket.",
        "The airline lost my luggage on the way to {place}.",
        "How much may I spend on meals during a trip to {place}?",
        "Please refund the train tickets of {name} to {place}.",
        "The rental car for {place} was not at the airport.",
        "I paid for the hotel in {place} with my own card, who refunds me?",
        "{name} is staying {n} more nights in {place}.",
        "Can I take my own car to the meeting in {place}?",
        "Please book {n} seats on the plane to {place}.",
        "Is the mission to {place} in {month} still planned?",
        "My train ticket for {day} has the wrong date.",
        "Please book a train to {place} for {day}.",
        "I need a hotel in {place} for {n} nights.",
        "My flight to {place} on {day} was cancelled.",
        "How do I claim the taxi fare from my trip to {place}?",
        "{name} wants to change the return ticket from {place} to {day}.",
        "My expenses for the visit to {place} have not been refunded.",
        "Can we rent a car for the mission in {place}?",
        "Who approves a journey to {place} in {month}?",
        "The hotel in {place} charged {name} twice.",
        "I need a visa for the conference in {month}.",
    ),
    "Network": (
        "There is no internet on the {floor} floor.",
        "My computer does not start since {day}.",
        "The headset of {name} makes no sound.",
        "The web site of {team} shows an error message.",
        "The database of {team} is down.",
        "I typed the wrong password {n} times and my account is blocked.",
        "I cannot open the files on the server.",
        "My keyboard does not work any more.",
        "The software crashes when {name} opens a document.",
        "Emails from {team} do not reach me.",
        "The camera of my laptop is not found.",
        "Please create a mailbox for the {team} team.",
        "The scanner on the {floor} floor sends nothing to my computer.",
        "The application is very slow from the office in {place}.",
        "The wifi on the {floor} floor keeps dropping.",
        "I cannot log in to my account since {day}.",
        "The printer in {team} says it is offline.",
        "My email has not synchronised since {day}.",
        "The shared folder of {team} is not accessible.",
        "The VPN refuses my connection from {place}.",
        "Please install the new version of the browser for {name}.",
        "My laptop is very slow since the update on {day}.",
        "{name} forgot the password of the {team} mailbox.",
        "The video call froze {n} times on {day}.",
    ),
    "Building": (
        "The roof leaks above the {team} office.",
        "It is too hot in the {team} room and the radiator does not stop.",
        "The sink in the {floor} floor kitchen is clogged.",
        "The lights in the corridor of the {floor} floor flicker.",
        "The elevator makes a strange noise since {day}.",
        "The bins in the {team} office are full.",
        "Please move {n} desks from the {floor} floor.",
        "The carpet in the meeting room is torn.",
        "There is no hot water on the {floor} floor.",
        "A shelf in the {team} office is about to fall.",
        "The door handle of the kitchen is broken.",
        "Our office has not been cleaned since {day}.",
        "The blinds on the {floor} floor are stuck.",
        "It is cold in the {team} office and the windows are old.",
        "The heating on the {floor} floor is not working.",
        "A lamp is broken in the {team} office.",
        "The lift is stuck on the {floor} floor.",
        "There is water on the floor of the {team} kitchen.",
        "Please bring {n} more chairs to the meeting room.",
        "The toilet on the {floor} floor is blocked.",
        "A window in the {team} office does not close.",
        "We need a desk for {name}, who starts on {day}.",
        "The air conditioning is too cold on the {floor} floor.",
        "Can someone repaint the wall near the {team} office?",
    ),
    "Security": (
        "My wallet was stolen on the {floor} floor.",
        "I cannot find my entry card since {day}.",
        "Someone broke into the {team} office on {day} night.",
        "{n} visitors are coming on {day} and need entry passes.",
        "{name} saw an unknown person near the {team} office.",
        "A caller asked me for confidential data about {name}.",
        "An unknown number keeps sending me strange links.",
        "Secret papers were left in the meeting room on {day}.",
        "There was smoke in the {team} office on {day}.",
        "The guards were absent on {day} evening.",
        "Somebody copied the keys of the {floor} floor.",
        "The burglar alarm went off on {day}.",
        "A bag has been left alone in the hall of the {floor} floor.",
        "I was threatened by a visitor on {day}.",
        "I lost my badge on {day}.",
        "Someone stole a bag from the {team} office.",
        "A visitor from {place} needs a pass on {day}.",
        "I received a suspicious message asking for my code.",
        "The alarm on the {floor} floor rang {n} times last night.",
        "{name} left a laptop on the train to {place}.",
        "A stranger was walking around the {floor} floor on {day}.",
        "My badge does not open the door of {team}.",
        "The fire exit on the {floor} floor is locked.",
        "Please remove the access rights of {name}, who left on {day}.",
    ),
    "Training": (
        "Please enrol {name} in the course on {day}.",
        "I want to learn Spanish in the evening.",
        "Is the first aid class in {month} full?",
        "The trainer was ill on {day}, will the class be held again?",
        "{name} would like to study accounting.",
        "Is there a first class in programming?",
        "I attended the seminar in {place} and need a certificate.",
        "Could {team} attend a workshop on public speaking?",
        "Where does the lesson on {day} take place?",
        "The newcomers of {team} need a course on the budget.",
        "May I follow a course in the evening in {month}?",
        "Which degree can I prepare while working?",
        "I would like to be taught how to write better reports.",
        "Can I move my seat in the seminar from {day} to another date?",
        "I would like to join the Excel course in {month}.",
        "Is there still a place in the workshop on {day}?",
        "{name} needs the certificate of the {month} course.",
        "Can {team} have a first aid course in {month}?",
        "Please cancel my registration for the class on {day}.",
        "Who teaches the writing workshop on {day}?",
        "I never received the slides of the seminar in {place}.",
        "Does the English class start again in {month}?",
        "I want to use my learning budget for a diploma.",
        "{name} missed the exam on {day} and wants to sit it again.",
    ),
}

EVALUATE = {
    "Pay": (
        "I was paid {n} hundred euros less than last month.",
        "Why is my net income lower in {month}?",
        "Has the wage increase for {team} been applied?",
        "{name} is still waiting for the money owed for {month}.",
        "How do I declare {n} days of sick leave?",
        "My new account number was not used for the transfer.",
        "Could you explain the deductions on my statement for {month}?",
        "I worked on a public holiday and got no extra pay.",
    ),
    "Travel": (
        "{name} must be in {place} by {day} noon, which train is possible?",
        "Could you reserve two rooms near the station in {place}?",
        "I paid for my plane ticket myself, how do I get the money back?",
        "Our delegation flies to {place} on {day}, are the tickets ready?",
        "I missed my connection in {place} and had to sleep there.",
        "What is the daily meal allowance when we go to {place}?",
        "Please arrange the trip of {name} to {place}.",
        "The rental car broke down on the way to {place}.",
    ),
    "Network": (
        "No internet in the {team} office this morning.",
        "My screen stays black when I start the computer.",
        "The server of {team} has been down since {day}.",
        "I am locked out of the software after {n} wrong passwords.",
        "Files do not upload from the office in {place}.",
        "{name} cannot connect to the online meeting.",
        "Outlook crashes each time I open it.",
        "We need a mailing list for the {team} team.",
    ),
    "Building": (
        "It is freezing in our office, the radiator is cold.",
        "The ceiling of the {team} room leaks when it rains.",
        "The elevator has been out of order since {day}.",
        "Bulbs need replacing in the corridor of the {floor} floor.",
        "The tap in the {floor} floor kitchen drips.",
        "Please move {n} tables out of the {team} room.",
        "The bins on the {floor} floor have not been emptied.",
        "The carpet near the {team} office is torn.",
    ),
    "Security": (
        "My access card was stolen in {place}.",
        "There was a break-in on the {floor} floor on {day} night.",
        "{name} clicked on a strange link and typed a password.",
        "How do I let {n} guests in on {day}?",
        "Someone unknown asked for the keys of the {team} office.",
        "A confidential file of {team} was left at the copier.",
        "The guard refused to let {name} in on {day}.",
        "The smoke detector on the {floor} floor beeps.",
    ),
    "Training": (
        "Which lessons can a beginner in statistics follow in {month}?",
        "Please enrol {name} in the session on public speaking.",
        "Can I learn Spanish during working hours?",
        "The teacher did not come to the lesson on {day}.",
        "How do I prove that I attended the seminar in {month}?",
        "{team} would like to be taught how to use the new tool.",
        "I would like to study for a degree next year.",
        "Are there online tutorials on project management?",
    ),
}

HIDDEN = {
    "Pay": (
        "Nothing has reached my bank this month.",
        "Two hours of Saturday work are missing from what I earned.",
        "I became head of {team} but still earn the same.",
        "{name} wonders why this year's bonus is so small.",
        "Can I have {n} days off without pay in {month}?",
        "Who can explain the tax line of my earnings?",
    ),
    "Travel": (
        "I am going to {place} next {day}, what is the quickest way?",
        "My suitcase never arrived in {place}.",
        "Which hotels may we use in {place}?",
        "Whom do I send the receipts of my stay in {place} to?",
        "{name} has to fly to {place} in {month}.",
        "I would rather come back from {place} one day later.",
    ),
    "Network": (
        "My machine restarts by itself {n} times a day.",
        "{name} cannot download the attachments.",
        "Pages take minutes to load in {place}.",
        "The spreadsheet program closes without warning.",
        "I cannot send messages to anyone outside.",
        "The mouse pointer no longer moves.",
    ),
    "Building": (
        "Water comes through the ceiling of the {team} office.",
        "My chair has lost a wheel.",
        "We have had no electric light since {day}.",
        "There are mice on the {floor} floor.",
        "The paint is coming off in the stairs.",
        "Snow blocks the main entrance and the car park.",
    ),
    "Security": (
        "{name} found a man nobody knows in the {team} office.",
        "My purse disappeared from my drawer on {day}.",
        "My entry pass no longer lets me in.",
        "Someone pretended to be the director on the phone and wanted secret figures.",
        "How do I announce a guest for {day}?",
        "A thief ran out of the {floor} floor.",
    ),
    "Training": (
        "{name} would like to improve her German.",
        "Who gives lessons on public law?",
        "I passed the test in {month}, where is my diploma?",
        "Could a trainer come to {team} for a day?",
        "Is there anything to help me write better?",
        "How many people are already enrolled for {day}?",
    ),
}

Row = dict[str, str]


def tickets(wordings: dict[str, tuple[str, ...]], family: str, each: int, rng: np.random.Generator, seen: set[str]) -> list[Row]:
    """`each` tickets per wording at most, none of them in `seen`, which grows."""
    rows = []
    for department in DEPARTMENTS:
        for number, wording in enumerate(wordings[department]):
            for _ in range(each):
                for _ in range(20):
                    text = wording.format(
                        name=rng.choice(NAMES), place=rng.choice(PLACES), day=rng.choice(DAYS), month=rng.choice(MONTHS),
                        floor=rng.choice(FLOORS), team=rng.choice(TEAMS), n=rng.integers(2, 9),
                    )  # fmt: skip
                    if text not in seen:
                        seen.add(text)
                        rows.append({"ticket": text, "departement": department, "formulation": f"{department.lower()}-{family}{number}"})
                        break
    return rows


def shuffled(rows: list[Row], rng: np.random.Generator, keep: int | None = None) -> list[Row]:
    """The rows in a random order, the first `keep` of them."""
    return [rows[i] for i in rng.permutation(len(rows))[:keep]]


def write(path: Path, rows: list[Row]) -> None:
    """One line a ticket."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["ticket", "departement", "formulation"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main() -> None:
    """Write the three files."""
    rng = np.random.default_rng(7)
    seen: set[str] = set()
    write(HERE / "data/tickets_adaptation.csv", shuffled(tickets(ADAPT, "a", 3, rng, seen), rng, 320))
    known = shuffled(tickets(ADAPT, "a", 1, rng, seen), rng, 48)
    new = tickets(EVALUATE, "e", 2, rng, seen)
    write(HERE / "data/tickets_evaluation.csv", shuffled(known + new, rng))
    write(HERE / "hidden/tickets_caches.csv", shuffled(tickets(HIDDEN, "h", 2, rng, seen), rng))


if __name__ == "__main__":
    main()
