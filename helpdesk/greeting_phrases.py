"""The closed set of phrases that are nothing but a courtesy, by what they are and their language.

Phrases stand between semicolons. `thanks (|a lot|so much)` is three of them: one of the choices
stands there. Left out is whatever may be asked for in one word or be a follow-up: “morning”,
“fine”, “toll”, “Mahlzeit”, “how does this work”, “wer sind sie”.
"""

from enum import StrEnum, auto


class Kind(StrEnum):
    """What a courtesy is. Where a message holds several, the first in this order counts."""

    PERSON = auto()
    ABOUT = auto()
    HELP = auto()
    HOW_ARE_YOU = auto()
    FAREWELL = auto()
    THANKS = auto()
    OK = auto()
    HELLO = auto()


# Of the other languages, and what several share, the words tell none that the desk speaks.
ENGLISH, GERMAN, OTHER = "en-gb", "de", ""

PHRASES: dict[tuple[Kind, str], str] = {
    (Kind.HELLO, ENGLISH): """
        hello; hiya; howdy; greetings; good (morning|afternoon|evening|day);
        morning (all|team|everyone); dear (all|team|colleagues|helpdesk|help desk); excuse me;
        (nice|pleased|good) to meet you; happy new year; merry christmas
    """,
    (Kind.HELLO, GERMAN): """
        hallo; hallöchen; (|einen|schönen|einen schönen) guten (morgen|mittag|tag|abend);
        moin (|moin); servus; grüß (gott|dich|euch|sie); grüezi; tach; liebes (team|helpdesk);
        liebe (kollegen|kolleginnen und kollegen); sehr geehrte damen und herren; freut mich
    """,
    (Kind.HELLO, OTHER): """
        hi; hey; bonjour; bonsoir; salut; coucou; hola; (|muy) buenos días;
        buenas (tardes|noches); buongiorno; buon giorno; buonasera; buona sera; olá; oi; bom dia;
        boa (tarde|noite); hoi; goede(morgen|middag|navond|ndag); cześć; dzień dobry; dobry wieczór;
        hej;
        merhaba; selam; günaydın; iyi (günler|akşamlar); hei; god (morgen|morgon|dag|kväll|kveld);
        ahoj; dobrý den; bună (|ziua|dimineața|seara); szia; jó (napot|reggelt|estét); привет;
        здравствуйте; добр(ый день|ый вечер|ое утро); привіт; добрий день; γεια (|σας|σου);
        καλημέρα; مرحبا; السلام عليكم; salam; selamat (pagi|siang); xin chào; namaste; नमस्ते;
        שלום; 你好; 您好; こんにちは; おはようございます; 안녕하세요; dia (dhuit|duit)
    """,
    (Kind.THANKS, ENGLISH): """
        (|ok |many |big |no |nope )thanks; no thank you; cheers; (|much )appreciated;
        thanks (a lot|a million|a bunch|so much|very much|anyway|in advance|mate);
        (thank you|thank u|thankyou) (|so much|very much|very much indeed|kindly|anyway|in advance);
        (thanks|thanks a lot|thanks so much|thank you|thank you so much|thank you very much)
            for (everything|that|this|asking|helping|helping me|helping me out);
        (thanks|thanks a lot|thanks so much|many thanks|thank you|thank you so much|
            thank you very much) for (|all) (the|your|that|this) (|quick|kind|great)
            (help|answer|answers|reply|response|support|advice|assistance|time|info|information|
            explanation|clarification);
        (i|i really) appreciate (it|that|this|your help); that (is|was) (very|so|really) kind
        (|of you); very kind (|of you)
    """,
    (Kind.THANKS, GERMAN): """
        (|nein |nee |nö |ok )danke; danke (schön|sehr|vielmals|nochmal|nochmals|trotzdem|danke);
        dankeschön; danke (dir|euch|ihnen) (|sehr|vielmals|nochmals); (|lieben )dank dir;
        (vielen|vielen lieben|herzlichen|besten|schönen|lieben|tausend) dank (|dir|euch|ihnen);
        ich danke (|dir|euch|ihnen) (|sehr|vielmals); (danke|vielen dank|besten dank) im voraus;
        (danke|vielen dank|vielen lieben dank|herzlichen dank|besten dank) für
            (alles|(die|deine|eure|ihre) (|schnelle|gute|nette|tolle)
            (hilfe|antwort|antworten|auskunft|info|infos|information|informationen|erklärung|
            rückmeldung|unterstützung));
        (|das (ist|war)) sehr (nett|lieb|freundlich) (|von dir|von ihnen)
    """,
    (Kind.THANKS, OTHER): """
        thx; merci (|beaucoup|bien); (|muchas |mil )gracias; grazie (|mille);
        (tante|molte) grazie; (|muito )obrigad(o|a); bedankt; dank (je|u) (|wel); dankjewel;
        hartelijk dank; dziękuję; dzięki; (dziękuję bardzo|bardzo dziękuję);
        (|çok )(teşekkürler|teşekkür ederim);
        sağ ol; sağol; sağ olun; tack (|så mycket); takk; (tusen|mange|tusind) (tack|takk|tak);
        kiitos; děkuji; děkuju; díky; mulțumesc (|mult); köszönöm (|szépen); (|большое )спасибо;
        спасибо большое; дякую; ευχαριστώ; شكرا; شكرا جزيلا; cảm ơn; terima kasih; धन्यवाद; תודה;
        谢谢; 谢谢你; 谢谢您; ありがとう; ありがとうございます; 감사합니다;
        go raibh (|míle )maith agat
    """,
    (Kind.FAREWELL, ENGLISH): """
        goodbye; good bye; see (you|ya) (|later|soon|around|tomorrow); good night; take care;
        have a (nice|good|great|lovely) (day|afternoon|evening|night|weekend|one|time);
        enjoy (the|your) (day|afternoon|evening|weekend); (talk|speak) to you (later|soon);
        until next time; (that is|that was|that will be) all (|for now|for today)
    """,
    (Kind.FAREWELL, GERMAN): """
        (|dann )tschüss (|dann); tschüssi; tschau; auf (wiedersehen|wiederschauen);
        bis (bald|später|demnächst|zum nächsten mal); gute nacht;
        (mach|machen sie) (s|es) gut; machs gut;
        (|noch |einen |noch einen )(schönen|angenehmen) (tag|nachmittag|abend|feierabend)
            (|noch|dir noch|ihnen noch|euch noch);
        (|noch |ein |noch ein )(schönes|angenehmes) wochenende (|noch); man sieht sich
    """,
    (Kind.FAREWELL, OTHER): """
        bye (|bye|then); ciao (|ciao); au revoir; à bientôt; bonne (journée|soirée); adiós;
        hasta (luego|pronto|la vista); arrivederci; tchau; até (logo|mais); tot ziens; doei;
        do widzenia; hoşça kal; hoşçakal; görüşürüz; hej då; näkemiin; na shledanou; la revedere;
        viszlát; до свидания; до побачення; αντίο; مع السلامة; 再见; さようなら;
        slán (|leat|abhaile)
    """,
    (Kind.OK, ENGLISH): """
        alright; all right; great; perfect; excellent; awesome; wonderful; brilliant; amazing;
        got it; i see; i understand; understood; noted; (|that )makes sense; very good;
        sounds (good|great|perfect); good to know; (it|this|that) help(s|ed) (|me) (|a lot);
        (it|this|that) (is|was) (|very|really|most) (helpful|useful);
        (very|really) (helpful|useful);
        that (is|was) (great|perfect|excellent|fine|ok|okay|good to know);
        (|no )that (is|was) (it|everything);
        that (is|was) (all|everything|what) i (needed|wanted|wanted to know|needed to know);
        no (problem|worries); never mind; nevermind; no (more|further|other) questions; well done;
        (good|great) (bot|job|work); you are welcome; no that is all
    """,
    (Kind.OK, GERMAN): """
        alles klar; verstanden; verstehe; ich verstehe; (|ich) hab(|e) (|es )verstanden; ach so;
        achso; aha; perfekt; prima; wunderbar; ausgezeichnet; großartig;
        sehr (gut|schön|hilfreich);
        passt (|so|schon); in ordnung; geht klar; das (hilft|hat) mir (|sehr) (weiter|geholfen);
        das hilft (|mir) (|sehr); das (war|ist) (|sehr) hilfreich; gut zu wissen; macht nichts;
        (das|dass) war(s|| es) (|alles|dann); das ist alles; kein problem; schon gut; gut gemacht;
        das (war|ist) alles was ich wissen wollte; keine (weiteren fragen|fragen mehr);
        gern geschehen
    """,
    (Kind.OK, OTHER): "ok; okay; okey; okej; cool; wow; d'accord",
    (Kind.HOW_ARE_YOU, ENGLISH): """
        how (are|r) (you|u) (|doing|feeling|today|doing today); how is (it|everything) going;
        how is (everything|your day) (|going); how are things; how do you do; what is up;
        how have you been
    """,
    (Kind.HOW_ARE_YOU, GERMAN): """
        (|na )wie (geht es|geht s|gehts) (|dir|euch|ihnen) (|heute|denn|so); wie läufts;
        wie läuft (s|es) (|so)
    """,
    (Kind.HOW_ARE_YOU, OTHER): """
        (|comment )ça va; comment allez vous; cómo estás; cómo está; qué tal; come (stai|va);
        tudo bem; hoe gaat het; jak się masz; nasılsın; nasılsınız; как дела
    """,
    (Kind.PERSON, ENGLISH): """
        (|please )(can|could|may) i (|please )(talk|speak|chat|write) (to|with)
            (somebody|someone|(a|an|a real|an actual|a live) (person|human|agent));
        (i want|i would like|i need|i prefer) to (talk|speak|chat) (to|with)
            (somebody|someone|(a|an|a real|an actual|a live) (person|human|agent));
        (talk|speak|chat) (to|with) (a|an|a real|an actual|a live) (person|human|agent);
        (ask|get me|connect me to|connect me with|put me through to|transfer me to|i need|i want)
            (a|an|a real|an actual|a live) (person|human|agent);
        (real|live) (person|human|agent)
    """,
    (Kind.PERSON, GERMAN): """
        (kann|könnte|darf) ich (|bitte )mit
            (jemandem|einem (|echten |richtigen )menschen|einer (|echten |richtigen )person)
            (sprechen|reden|schreiben|chatten);
        ich (möchte|will|würde gern|würde gerne) (|bitte )mit
            (jemandem|einem (|echten |richtigen )menschen|einer (|echten |richtigen )person)
            (sprechen|reden|schreiben|chatten);
        (mit )(einem (|echten |richtigen )menschen|einer (|echten |richtigen )person)
            (sprechen|reden); (verbinden sie mich|verbinde mich) mit
            (jemandem|einem (|echten |richtigen )menschen|einer (|echten |richtigen )person);
        echter mensch
    """,
    (Kind.ABOUT, ENGLISH): """
        (who|what) are you (|exactly); what is your name; what can you (do|answer|help with);
        what can you do for (me|us); what can you help (me|us) with; how can you help (|me|us);
        what (can|could|may|should) i ask (|you|here|you here|you about);
        (what|which) questions (can|may) i ask (|you|here); what do you know;
        (what|which) (questions|kind of questions|sort of questions) can you answer;
        what (kind|sort) of questions can i ask (|you|here); introduce yourself;
        (are|r) (you|u) (a|an|the) (|real) (bot|robot|chatbot|human|person|machine|computer|ai);
        are you (human|real|ai|chatgpt); tell me (|something )about yourself;
        tell me what you can do; (am i|who am i) (talking|speaking|chatting) (to|with);
        am i (talking|speaking|chatting) (to|with) a (|real) (bot|robot|human|machine|person)
    """,
    (Kind.ABOUT, GERMAN): """
        (wer|was) bist du (|denn|eigentlich); wie heißt du; wie ist dein name;
        was kannst du (|alles|so|alles so); was (kannst du|können sie) für mich tun;
        (wobei|womit|wie) (kannst du|können sie) mir (|hier) helfen; wobei kannst du helfen;
        was weißt du (|alles); was (kann|darf) ich (|dich|sie|hier) (|alles) fragen;
        (welche|was für) fragen kann ich (|dir|ihnen|hier) stellen;
        (welche|was für) fragen (kannst du|können sie) beantworten;
        bist du (echt|menschlich|chatgpt|eine ki|eine maschine|ein (bot|chatbot|roboter|mensch));
        (spreche|schreibe|rede|chatte) ich (|hier) mit einem (menschen|bot|chatbot|roboter);
        stell dich (|mal|bitte) vor
    """,
    (Kind.HELP, ENGLISH): """
        help (|me|please|me please); please help (|me|us); i need (|some|your) help (|please);
        i would like some help;
        (can|could|would|will) you (|please) (help|assist) (|me|us) (|please);
        (can|could) (someone|somebody|anyone) (|please) help (|me);
        i have (|got) (some|a few) questions;
        i (have|have got|got) (a|another|one more) (|quick|short|small|general) question (|for you);
        quick question; (can|may|could) i ask (|you) (something|a question|another question);
        (|is )(anyone|anybody|someone|somebody) (there|here); are you (there|awake|online|ready);
        you there; this is (|just|only) a test; (just|only) (a test|testing); are you working
    """,
    (Kind.HELP, GERMAN): """
        hilfe (|bitte); bitte (|um )hilfe; hilf mir (|bitte); bitte hilf mir;
        helfen sie mir (|bitte); bitte helfen sie mir;
        ich (brauche|bräuchte) (|bitte|mal|deine|ihre) hilfe (|bitte);
        (kannst du|könntest du|können sie|könnten sie) mir (|bitte|mal|bitte mal) helfen;
        kann mir (jemand|wer) (|bitte) helfen; (|ist )(|da )jemand (da|hier); ist da jemand;
        (|ich hab |ich habe |ich hätte )(|da |noch |mal |da mal |noch mal )(eine|ne)
            (|kurze|kleine|weitere|andere) frage; kurze frage;
            ich hab(|e) (|ein paar|einige) fragen;
        (darf|kann) ich (|dich|sie) (was|etwas) fragen;
        (darf|kann) ich (|dir|ihnen) eine frage stellen;
        bist du (|noch )(da|wach|bereit); das ist (|nur )ein test; nur ein test; ich teste nur
    """,
    (Kind.HELP, OTHER): "(test|testing) (|test|testing|123|1 2 3); ping",
}
# What may stand behind a courtesy and says nothing by itself: whom it is for, and until when.
BEHIND = """
    (|to )(|you )all; (|dear )(team|everyone|everybody|folks|guys|friend); my friend; there;
    sir; madam; (|dear )(help desk|helpdesk|desk|bot|chatbot|assistant); mate; again;
    once (again|more); for (now|today); to you; you too; zusammen; leute; an alle; ihr lieben;
    liebes team; nochmal; nochmals; noch (mal|einmal); erstmal; (dir|euch|ihnen) auch;
    für (heute|jetzt); bitte; please; à tous
"""
# What may stand between two. Before anything else it goes on with a question: “ok, and then?”
BETWEEN = "and; und; so"
# What people say beside thanks and “ok”; alone, or with a question mark, it may be asked for.
BESIDE = """
    oh; then; dann; so far; (|very )nice; super; fine; good; gut; toll; klasse; spitze; top;
    lovely; all good; alles gut;
    i am (|doing )(fine|good|well|great); mir geht (s|es) gut; same to you; ebenfalls; ebenso;
    gleichfalls; (that|das) (is|was|ist|war) (nice|super|toll|lovely)
"""
