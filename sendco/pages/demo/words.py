"""Made-up names and sentences. Nobody in here is real."""

SCHOOLS = (
    ("Thornmere Primary School", "primary"),
    ("Aldercombe Primary School", "primary"),
    ("Saint Oswin's Primary School", "primary"),
    ("Quarrybank Primary School", "primary"),
    ("Lowfield Primary School", "primary"),
    ("Hallin Bridge Primary School", "primary"),
)
CLASSES = {
    "R": ("Acorn", "Conker"), "1": ("Willow", "Rowan"), "2": ("Hazel", "Alder"), "3": ("Maple", "Cedar"),
    "4": ("Beech", "Ash"), "5": ("Chestnut", "Elm"), "6": ("Oak", "Sycamore"),
}  # fmt: skip
GIRLS = ["Amara", "Poppy", "Daisy", "Freya", "Isla", "Zainab", "Nyla", "Elif", "Seren", "Tilly", "Aaliyah", "Maja", "Zofia", "Grace", "Ivy", "Ruby", "Chloe", "Hannah", "Leila", "Priyanka", "Ananya", "Mei", "Sophia", "Emily", "Martha", "Nia", "Efua", "Yasmin", "Bronte", "Caitlin", "Orla", "Wren", "Matilda", "Layla", "Safiya", "Ingrid", "Kezia", "Lottie", "Nell", "Tamsin"]
BOYS = ["Kofi", "Jakub", "Theo", "Noah", "Oliver", "Ben", "Idris", "Samuel", "Daniel", "Leo", "Mohammed", "Arjun", "Ravi", "Tomasz", "Finley", "Jude", "Harrison", "Callum", "Ellis", "Rhys", "Kwame", "Yusuf", "Hamza", "Luca", "Mateo", "Reuben", "Elijah", "Oscar", "Dylan", "Caleb", "Kenji", "Wei", "Adam", "Marek", "Rowan", "Alfie", "Toby", "Isaac", "Zachary", "Emeka"]
SURNAMES = ["Mensah", "Lindqvist", "Nowak", "Owusu", "Pryce", "Sawyer", "Varol", "Ahmed", "Turner", "Barnes", "Adeyemi", "Hart", "Malik", "Pemberton", "Okafor", "Kowalski", "Singh", "Patel", "Begum", "Hussain", "Clarke", "Walsh", "Bennett", "Fletcher", "Ogden", "Prentice", "Marlow", "Tremayne", "Haddad", "Nguyen", "Chen", "Rossi", "Silva", "Kaur", "Iqbal", "Doyle", "Lambert", "Whitlock", "Greaves", "Stanton", "Attwood", "Pickersgill", "Holroyd", "Bancroft", "Ashdown", "Thorley", "Wickham", "Yardley", "Quill", "Redfern", "Sutcliffe"]
STAFF_NAMES = ["Daniel Benbow", "Leanne Briggs", "Callum Reid", "Sadia Rahman", "Tom Hallam", "Joanne Whitby", "Marcus Thorne", "Ellen Frost", "Samina Akhtar", "Peter Langley", "Grace Oduya", "Helen Croft", "Rachel Stubbs", "Owen Pritchard", "Nadia Farouk", "Lucy Brand", "Adam Sykes", "Fiona Mellor", "Jerome Baptiste", "Katie Holt", "Imran Sheikh", "Beth Lowther", "Angela Pike", "Dominic Shaw", "Marta Zielinska", "Colin Baird", "Yvonne Clegg", "Stephen Marsh", "Claire Dunmore", "Abigail Storey", "Naomi Fell", "Rashid Anwar", "Gemma Tranter", "Louise Peel", "Hugh Ansell", "Tessa Goode"]
LANGUAGES = (("URD", "Urdu and English"), ("POL", "Polish and English"), ("PNJ", "Punjabi and English"), ("AKA", "Twi and English"),
             ("ARA", "Arabic and English"), ("BNG", "Bengali and English"), ("ROM", "Romanian and English"))  # fmt: skip
MEDICAL = (
    "Inhaler in class",
    "Epipen in the office",
    "Hearing aids",
    "Glasses all day",
    "Epilepsy plan in the office",
    "Type 1 diabetes plan",
)

NEED_TEXT = {
    "SLCN": "Finds long instructions hard. Understands best in small steps with pictures.",
    "ASD": "Autistic. Needs to know what happens next and time to answer.",
    "SEMH": "Finds it hard to calm down after break. Does best with a trusted adult close by.",
    "MLD": "Needs more time and practice to learn new ideas and keep them.",
    "SPLD": "Finds reading and spelling hard. Ideas are strong when talked through.",
    "SLD": "Needs a very adapted curriculum and an adult's help with most tasks.",
    "PD": "Tires when writing. Uses a slope and a pencil grip.",
    "HI": "Wears hearing aids. Needs to sit where faces can be seen.",
    "VI": "Needs print at 24 point and strong contrast.",
    "DS": "Learns best by seeing and doing. Speech is still becoming clear.",
    "OTH": "Needs help to stay with a task. Movement breaks work well.",
    "NSA": "Support has started. We are still finding out what is hard.",
}
# area: (target, baseline, how we shall know, strategy)
TARGETS = {
    "CI": (
        ("Asks for help with a word or card in 4 of 5 lessons", "Asks in 1 of 5 lessons", "Tally by the class adult for one week", "Wait 10 seconds before helping"),
        ("Takes turns in a game with two friends for 10 minutes", "Takes turns for 3 minutes", "Watched on 3 days", "Use a turn card that is passed on"),
        ("Uses sentences of 5 words to tell his or her news", "Uses 2 or 3 words", "Language sample of 10 sentences", "Model the sentence, then pause"),
        ("Follows an instruction with 3 parts in 4 of 5 tries", "Follows 1 part", "Checked in 5 lessons", "Say the name first, then one part at a time"),
    ),
    "CL": (
        ("Reads 40 sight words at once", "Reads 12 of 40", "Timed list on Fridays", "Five words a day with overlearning"),
        ("Recalls number bonds to 20 within 3 seconds, 9 of 10", "4 of 10", "Oral check of 10 bonds", "Daily precision teaching for 5 minutes"),
        ("Writes 3 sentences with full stops without an adult in 4 of 5 tries", "1 sentence with help", "Writing book, 5 pieces", "Talk the sentence before writing it"),
        ("Blends words with adjacent consonants, 16 of 20", "5 of 20", "Phonics list of 20 words", "Sound buttons under new words"),
    ),
    "SEMH": (
        ("Uses the calm corner before he or she is upset on 4 of 5 days", "Leaves the room on 3 of 5 days", "Tally for a week", "Show the break card early"),
        ("Comes in from break and starts work within 5 minutes on 4 of 5 days", "Takes 15 minutes", "Class timer for a week", "Meet at the door with one job to do"),
        ("Names 3 feelings and one thing that helps with each", "Names 1 feeling", "Feelings book", "Check in at 9 and at 1"),
    ),
    "SP": (
        ("Writes for 10 minutes with a slope without a rest", "Writes for 4 minutes", "Timed on 3 days", "Hand warm-up before writing"),
        ("Chooses a sensory break before it gets too much on 4 of 5 days", "Needs to be sent on 4 of 5 days", "Tally for a week", "Offer two choices of break"),
        ("Fastens a coat alone on 4 of 5 days", "Needs help every day", "Watched at home time", "Start the zip, then wait"),
    ),
}  # fmt: skip
STRATEGIES = {
    "CI": (
        "Say the name first, then wait 10 seconds",
        "Show a now and next board",
        "Check what was understood by asking to retell",
    ),
    "CL": (
        "Give one step at a time with a picture",
        "Let answers be spoken before they are written",
        "Overlay and larger print for reading",
    ),
    "SEMH": (
        "Greet at the door every morning",
        "Give a quiet warning 5 minutes before a change",
        "Offer the calm corner early",
    ),
    "SP": (
        "Seat at the front with the light behind",
        "Movement break every 20 minutes",
        "Ear defenders at lunch and in assembly",
    ),
}
LIKED = (
    "I am kind to the little ones",
    "I make people laugh",
    "I remember everything about trains",
    "I am good at drawing",
    "I help to tidy up",
    "I am fast at running",
    "I know a lot about animals",
)
IMPORTANT = (
    "Knowing what happens next",
    "Time to finish",
    "Sitting near my friend",
    "My dog",
    "Football at lunch",
    "Having a quiet place",
    "Being asked, not told",
)
HELP = (
    "Say my name first, then wait",
    "Use my now and next board",
    "Let me wear ear defenders at lunch",
    "Give me one thing at a time",
    "Tell me before things change",
    "Let me show you instead of writing",
)
NOTES = (
    ("note", "First full assembly without leaving. Sat with the class and joined in the song."),
    ("note", "Chose a partner without help in PE."),
    ("parent", "Talked at the door about bedtimes. A visual routine goes home this week."),
    ("concern", "Reading has not moved since half term. Hearing was checked in the summer."),
    ("meeting", "Met to look at the plan. The family would like more practice at home with the word cards."),
    ("note", "Used the break card on his or her own for the first time."),
)
REVIEW_SUMMARY = (
    "Good progress in class and at home. Two strategies now work without reminders.",
    "Progress is slower than we hoped. The group lost sessions to cover, so we go on with the same targets.",
    "Much more settled. The next targets build on talking in a small group.",
    "Reading has moved on well. Writing still needs an adult at the start.",
)
PARENT_VIEWS = "We are happy with the help. We would like to know what to do at home."
PUPIL_VIEWS = "I like going to my group. I want to do it with my friend."
OUTCOMES = (
    "{name} asks for help when stuck.",
    "{name} plays with friends and takes turns.",
    "{name} reads and understands a text for the year group below.",
    "{name} stays calm in busy places.",
)
SECTION_F = (
    ("Support from a trained adult in class for 12.5 hours a week", 750),
    ("A speech and language programme, 3 times a week for 15 minutes", 45),
    ("A sensory circuit before registration each day for 15 minutes", 75),
)
