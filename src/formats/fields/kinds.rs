//! Maps the words of exports and APIs for kinds of work to BibLaTeX's entry types.

use serde_json::Value;

use super::squeezed::squeezed;

/// Entry types of BibLaTeX, each with the words that mean it, in the form of [`squeezed`]. The words are those of
/// Scopus, Web of Science, PubMed, Zotero, EndNote, RIS, Crossref, DataCite, OpenAlex, DBLP and CSL.
#[rustfmt::skip]
const KINDS: &[(&str, &str)] = &[
    ("article",
        "article journalarticle articlejournal journal jour jfull review reviewarticle systematicreview editorial \
        letter shortsurvey erratum articleinpress researcharticle magazinearticle articlemagazine mgzn \
        newspaperarticle articlenewspaper news casereport casereports casestudy clinicaltrial metaanalysis \
        randomizedcontrolledtrial comparativestudy datapaper journalarticles publishedjournalarticle scholarlyarticle \
        editorialmaterial correction electronicarticle"),
    ("inproceedings",
        "inproceedings conferencepaper paperconference proceedingsarticle proceedingspaper conference cpaper \
        conferencearticle conferenceandworkshoppapers conferenceproceedingsarticle meetingabstract meetingpaper \
        conferenceabstract conferenceabstracts publishedconferenceproceeding"),
    ("incollection",
        "incollection bookchapter chapter booksection chap bookpart booktrack partsinbooksorcollections \
        publishedbookchapter electronicbooksection"),
    ("inreference",
        "inreference encyclopediaarticle entryencyclopedia dictionaryentry entrydictionary entry referenceentry encyc \
        dict referenceworksandencyclopedias"),
    ("inbook", "inbook"),
    ("book", "book monograph ebook booksandtheses bookset bookseries classic electronicbook classicalwork ancienttext"),
    ("collection", "collection editedbook editedvolume edbook"),
    ("proceedings", "proceedings conferenceproceedings conf editorship"),
    ("reference", "reference referencebook"),
    ("thesis", "thesis dissertation thes dissertationthesis academicdissertation"),
    ("report",
        "report techreport rprt technicalreport workingpaper reportseries reportcomponent govdoc researchreport \
        governmentdocument"),
    ("online",
        "online webpage website blogpost postweblog forumpost post elec preprint postedcontent www electronic \
        informalandotherpublications informalorotherpublication blog onlinedatabase onlinemultimedia"),
    ("software", "software computerprogram comp"),
    ("dataset", "dataset data dataandartifacts"),
    ("patent", "patent pat"),
    ("standard", "standard stand"),
    ("unpublished", "unpublished manuscript unpb speech presentation slide conferenceposter unpublishedwork"),
    ("manual", "manual"),
    ("periodical", "periodical"),
    ("artwork", "artwork art graphic"),
    ("movie", "movie film motionpicture"),
    ("video", "video videorecording"),
    ("audio", "audio audiorecording podcast song sound"),
    ("legislation", "legislation statute bill stat"),
    ("jurisdiction", "jurisdiction legalcase case"),
    ("performance", "performance"),
    ("misc", "misc document gen generic map interview email instantmessage hearing personalcommunication"),
];

/// Returns the entry type that a word means, and the value of BibLaTeX's field `type` that the word implies.
pub(in crate::formats) fn kind_of_word(word: &str) -> Option<(&'static str, Option<&'static str>)> {
    match squeezed(word).as_str() {
        "phdthesis" | "doctoralthesis" | "doctoraldissertation" | "phd" => Some(("thesis", Some("phdthesis"))),
        "mastersthesis" | "masterthesis" | "master" => Some(("thesis", Some("mastersthesis"))),
        word => {
            let row = KINDS.iter().find(|(_, words)| words.split(' ').any(|known| known == word));
            row.map(|(kind, _)| (*kind, None))
        }
    }
}

/// As [`kind_of_word`], for a word, a list of words, or DataCite's object of types.
pub(super) fn kind(value: &Value) -> Option<(&'static str, Option<&'static str>)> {
    match value {
        Value::String(text) => {
            kind_of_word(text).or_else(|| text.split([';', ',', '|']).find_map(|word| kind_of_word(word)))
        }
        Value::Array(elements) => elements.iter().find_map(kind),
        Value::Object(object) => {
            let named = ["citeproc", "bibtex", "resourceType", "resourceTypeGeneral", "pubType"];
            named.iter().find_map(|key| kind(object.get(*key)?))
        }
        _ => None,
    }
}

/// Whether a field of this name and value shows that its record is not a paper, even if it has a title: Zotero's notes
/// and files, and the reviews, issues, covers and grants of Crossref and OpenAlex.
pub(super) fn is_no_paper(name: &str, word: &str) -> bool {
    const OF_ITEM_TYPE: [&str; 3] = ["attachment", "note", "annotation"];
    #[rustfmt::skip]
    const OF_TYPE: [&str; 8] = [
        "peerreview", "paratext", "component", "journalissue", "journalvolume", "grant", "libguides",
        "supplementarymaterials",
    ];
    let words: &[&str] = match name {
        "itemType" | "Item Type" => &OF_ITEM_TYPE,
        "type" => &OF_TYPE,
        _ => return false,
    };
    words.contains(&squeezed(word).as_str())
}
