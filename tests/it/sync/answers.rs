//! Answers of arXiv's two interfaces, with papers on bees.

/// Papers on bees: number of each paper, and the day on which it appeared.
pub(super) type Papers<'a> = &'a [(u32, &'a str)];

pub(super) const TITLES: [&str; 6] = [
    "How honeybees find their way home",
    "Counting wingbeats with a microphone",
    "A neural network that smells varroa mites",
    "Dancing robots recruit foragers",
    "Sleep deprivation in bumblebees",
    "Swarms as distributed computers",
];

/// A feed of the search interface as arXiv sends it.
pub(super) fn feed(total: usize, papers: Papers) -> String {
    let entry = |(number, day): &(u32, &str)| {
        let title = TITLES[*number as usize];
        format!(
            "  <entry>
    <id>http://arxiv.org/abs/2611.{number:05}v1</id>
    <title>{title}</title>
    <updated>{day}T15:05:19Z</updated>
    <link href=\"https://arxiv.org/abs/2611.{number:05}v1\" rel=\"alternate\" type=\"text/html\"/>
    <link href=\"https://arxiv.org/pdf/2611.{number:05}v1\" rel=\"related\" type=\"application/pdf\" title=\"pdf\"/>
    <summary>We study bees. Our finding number {number} is that {title}.</summary>
    <category term=\"cs.LG\" scheme=\"http://arxiv.org/schemas/atom\"/>
    <published>{day}T15:05:19Z</published>
    <arxiv:primary_category term=\"cs.LG\"/>
    <author><name>Ada Drone</name></author>
    <author><name>Karl von Frisch</name></author>
  </entry>\n"
        )
    };
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\" xmlns:arxiv=\"http://arxiv.org/schemas/atom\" \
         xmlns=\"http://www.w3.org/2005/Atom\">
  <id>https://arxiv.org/api/beesbeesbees</id>
  <title>arXiv Query: search_query=cat:cs.LG&amp;start=0</title>
  <updated>2026-11-21T00:00:00Z</updated>
  <opensearch:itemsPerPage>200</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
{}</feed>\n",
        papers.iter().map(entry).collect::<String>()
    )
}

/// An answer of the harvesting interface.
pub(super) fn oai(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\">
    <responseDate>2026-11-21T03:04:05Z</responseDate>
    <request>https://oaipmh.arxiv.org/oai</request>
    {inside}
</OAI-PMH>"
    )
}

pub(super) fn records(papers: Papers, token: Option<&str>) -> String {
    let record = |(number, day): &(u32, &str)| {
        let title = TITLES[*number as usize];
        format!(
            "<record><header><identifier>oai:arXiv.org:2611.{number:05}</identifier><datestamp>{day}</datestamp>\
             <setSpec>cs:cs:LG</setSpec></header><metadata>
<arXiv xmlns=\"http://arxiv.org/OAI/arXiv/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">
<id>2611.{number:05}</id><created>2026-11-01</created><authors><author><keyname>Drone</keyname>\
             <forenames>Ada</forenames></author></authors><title>{title}</title><categories>cs.LG q-bio.NC</categories>\
             <license>http://creativecommons.org/licenses/by/4.0/</license>\
             <abstract>  We study bees. Our finding number {number} is that {title}.
</abstract></arXiv></metadata></record>\n"
        )
    };
    let token = token.map(|token| format!("<resumptionToken expires='2026-11-22T00:00:00Z'>{token}</resumptionToken>"));
    let papers: String = papers.iter().map(record).collect();
    oai(&format!("<ListRecords>{papers}{}</ListRecords>", token.unwrap_or_default()))
}

pub(super) fn oai_error(code: &str) -> String {
    oai(&format!("<error code='{code}'>The server says why.</error>"))
}
