"""Invented names for people at a British university."""

FIRST_NAMES = (
    "Aaliyah", "Abigail", "Adaeze", "Adam", "Aisha", "Alasdair", "Alexandra", "Alice", "Amara", "Amir", "Amelia",
    "Ananya", "Angus", "Anjali", "Arjun", "Ayesha", "Bartosz", "Beatrice", "Ben", "Bethan", "Bilal", "Callum",
    "Carys", "Catherine", "Charlotte", "Chen", "Chidi", "Chloe", "Ciara", "Connor", "Daisy", "Daniel", "Dev",
    "Divya", "Ebony", "Efe", "Eilidh", "Ela", "Eleanor", "Elif", "Emeka", "Emily", "Erin", "Esme", "Ethan", "Ewan",
    "Fatima", "Faye", "Femi", "Finlay", "Freya", "Gareth", "Georgia", "Grace", "Gwen", "Hamza", "Hannah", "Harriet",
    "Harry", "Hassan", "Heather", "Huda", "Ibrahim", "Imogen", "Iona", "Isaac", "Isla", "Jack", "Jade", "Jakub",
    "Jasmine", "Jia", "Joseph", "Josie", "Kai", "Karolina", "Keira", "Khadija", "Kofi", "Kwame", "Lara", "Leila",
    "Lewis", "Li", "Liam", "Lola", "Lucy", "Luca", "Maisie", "Malik", "Maria", "Mateusz", "Maya", "Megan", "Mei",
    "Mohammed", "Morgan", "Nadia", "Naomi", "Niamh", "Nikhil", "Noah", "Oliver", "Olivia", "Omar", "Oscar", "Owen",
    "Phoebe", "Poppy", "Priya", "Rahul", "Rebecca", "Rhys", "Riya", "Rosie", "Ruth", "Ryan", "Saira", "Sam", "Sana",
    "Seren", "Shreya", "Simran", "Sofia", "Sophie", "Tariq", "Tegan", "Temi", "Theo", "Thomas", "Tia", "Uma",
    "Victoria", "Wei", "William", "Xin", "Yasmin", "Yusuf", "Zac", "Zainab", "Zara", "Zoe",
)  # fmt: skip

LAST_NAMES = (
    "Abbott", "Adeyemi", "Ahmed", "Akhtar", "Ali", "Anderson", "Asante", "Bailey", "Bajwa", "Baker", "Balogun",
    "Banerjee", "Barnes", "Begum", "Bell", "Bennett", "Blackwood", "Boateng", "Brennan", "Brown", "Campbell",
    "Carter", "Chan", "Chaudhry", "Chowdhury", "Clarke", "Cohen", "Collins", "Cooper", "Davies", "Desai", "Dhillon",
    "Doyle", "Edwards", "Evans", "Farah", "Ferguson", "Fernandes", "Fletcher", "Foster", "Gallagher", "Ghosh",
    "Gill", "Graham", "Green", "Griffiths", "Gupta", "Hall", "Harris", "Hassan", "Hill", "Ho", "Holmes", "Hughes",
    "Hussain", "Iqbal", "Islam", "Jackson", "Jenkins", "Johnson", "Jones", "Kapoor", "Kaur", "Kelly", "Khan",
    "Kowalski", "Kumar", "Lam", "Lewis", "Li", "Lloyd", "Macdonald", "Mahmood", "Malik", "Marshall", "Martin",
    "McCarthy", "Mensah", "Miah", "Mitchell", "Mohamed", "Moore", "Morgan", "Murphy", "Murray", "Nguyen", "Nowak",
    "Nwosu", "O'Brien", "Okafor", "Osei", "Owens", "Owusu", "Palmer", "Parry", "Patel", "Pereira", "Phillips",
    "Powell", "Price", "Qureshi", "Rahman", "Reid", "Rees", "Roberts", "Robinson", "Rossi", "Ryan", "Saleh", "Sato",
    "Scott", "Shah", "Sharma", "Shaw", "Silva", "Singh", "Smith", "Stewart", "Sullivan", "Tan", "Taylor", "Thomas",
    "Thompson", "Turner", "Uddin", "Walker", "Wang", "Ward", "Watson", "White", "Williams", "Wilson", "Wong",
    "Wood", "Wright", "Yang", "Young", "Zhang",
)  # fmt: skip
