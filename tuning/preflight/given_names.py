"""Given names that are common in Europe, the Americas and Asia, in lower case."""

COMMON = frozenset(
    """
    aaron abdul abigail adam adele adrian agnes ahmed aidan aileen aisha aisling alan albert
    alejandro alessandro alex alexander alexandra alfred ali alice alicia alina alison allison
    amanda amelia amina amit amy ana anastasia anders andre andrea andreas andrei andrew angela
    anil anita anja ann anna anne annette annika anthony antoine anton antonio aoife arjun arne
    arthur asha astrid audrey aurora ava barbara bartosz beatrice ben benedict benjamin
    bernadette bernard beth bettina betty bianca birgit bjorn bob brendan brian bridget brigitte
    bruno caitlin camilla camille carl carla carlos carmen caroline catherine cathy cecilia
    celine charles chen chloe chris christa christina christine christoph christopher ciara
    ciaran claire clara claudia colin colm conor constantin craig cristina cynthia daniel
    daniela danielle darragh david deborah declan deepak deirdre denis dennis derek dermot diana
    diane diarmuid dieter dimitri dirk dmitri dominic donal donald donna dorothy douglas dylan
    eamon edith eduardo edward eileen elaine eleanor elena elisa elisabeth elizabeth ella ellen
    elsa emer emil emily emma enrique eoin eric erik ernst esther ethan eugene eva evelyn ewa
    fatima felix fergal fernando fiona florian francesca francesco francis francisco franz fred
    frederick friedrich gabriel gabriela gareth gary gavin geoffrey george gerald gerard gerhard
    gertrud gillian giovanni giulia giuseppe gloria gordon grainne greg gregory greta guillaume
    gunter gustav hannah hans harold harry hassan heather heike heinz helen helena helga helmut
    henri henrik henry herbert hermann hiroshi howard hugh hugo ian ibrahim ilse imran inga
    ingrid irene irina isabel isabella ivan jacob jacqueline jakob jakub james jan jane janet
    jason javier jean jennifer jens jeremy jessica jill jim joan joanna joe joel johan johann
    johanna johannes john jonas jonathan jorge jose josef joseph josephine josh joshua juan
    judith julia julian julie jurgen justin kaitlyn kamal karen karin karl karthik katarzyna
    kate katharina katherine kathleen kathryn katie katrin kavita keith kelly ken kenneth kevin
    kieran kim kirsten klaus konrad krishna kristin krzysztof kurt lars laura lauren lena leo
    leon leonard liam lina linda lisa lorenzo lorraine louise lucas lucia lucy luis lukas luke
    lydia maeve magdalena maja malgorzata manfred manuel marc marcel marco marcus margaret maria
    marian marie marina mario marion marius markus marta martha martin martina mary mathias
    matteo matthew matthias maureen max maximilian meera megan mehmet mei melanie melissa
    michael michaela michal michel michelle miguel mikhail milan mira miriam mohamed mohammed
    moira molly monica monika muhammad nadia nancy natalia natalie natasha nathan neil niall
    niamh nicholas nick nicola nicolas nicole niels nigel nikhil nikolai nina noah noel nora
    norbert nuala oisin oleg olga oliver olivia olivier orla oscar otto owen padraig pamela
    paola pascal patricia patrick patrizia paul paula pauline pavel pedro peter petra philip
    philippe phillip pierre piotr priya rachel rafael rahul raj rajesh ralf ralph ramesh raymond
    rebecca regina reinhard renate rene ricardo richard rita robert roberto robin roger roland
    rolf roman ronald ronan rory roisin rosemary ross roy rudolf rupert russell ruth ryan sabine
    sabrina sally salma samantha samir samuel sandra sanjay saoirse sara sarah scott sean
    sebastian sergei sergio shane shannon sharon sheila shirley siegfried silke silvia simon
    simone sinead siobhan sofia sonia sophia sophie stefan stefanie stephanie stephen steve
    steven stuart sunil susan susanne suzanne sven svetlana sylvia tamara tanja tara tariq
    tatiana teresa terence thea theo theresa thomas thorsten tim timothy tobias tom tomas tomasz
    tony tracy ulrich ulrike una ursula ute uwe valentina valerie vanessa vera veronica victor
    vijay vikram vincent vladimir volker walter wang wei wendy werner wiebke wilhelm william
    wolfgang xavier yan yasmin yusuf yuki yvonne zhang zoe zofia
    """.split()
)
# Words of the language, or places, as well: these need more around them.
AMBIGUOUS = frozenset(
    """
    amber april art austin bill carol chase charlotte christian cliff crystal dawn dean drew
    faith florence frank georgia glen grace grant guy hope iris ivy jack jordan joy june lance
    lincoln mark mason may miles olive paris pat penny pierce ray reed rich rob rose ruby sandy
    sue summer sydney victoria virginia will
    """.split()
)
