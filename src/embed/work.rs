//! Many texts on many threads: each worker takes texts, tokenizes them, runs the encoder, pools, and hands the results back,
//! so that no thread waits for another and reading and storing go on beside the encoding.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::tokenize::{SentenceTokens, Tokens};
use super::{Embedder, Pooling, Side, Worker};
use crate::vector::{ByteEmbedding, Embedded, Embedding, SentenceVector};
use crate::{Error, Result};

/// Tokens that a worker takes through the model at once, unless one text has more.
const BATCH_TOKENS: usize = 512;

/// Texts that a worker takes at once: enough to fill a few batches of abstracts.
pub const TEXTS_PER_TASK: usize = 16;

/// A step of [`Embedder::embed_each`], told to the caller on the caller's own thread.
#[derive(Debug)]
pub enum Work<'a, K> {
    /// More texts are wanted, [`TEXTS_PER_TASK`] or fewer, each under a key of its own. None means that there are no more.
    Next(&'a mut Vec<(K, String)>),
    /// These are done; the order is that in which they were finished.
    Done(Vec<(K, Embedded)>),
}

impl Embedder {
    /// Embeds a stream of texts on `threads` threads. `step` gives the texts and takes the results; it is called on this
    /// thread only, while the others work. Once it has failed it is not called again, and its error is returned.
    ///
    /// # Errors
    /// Those of `step`, and [`Error::EmptyText`] when a text holds only white space.
    pub fn embed_each<K: Send>(
        &self,
        side: Side,
        threads: usize,
        mut step: impl FnMut(Work<K>) -> Result<()>,
    ) -> Result<()> {
        if threads <= 1 {
            let mut worker = self.encoder.worker();
            while let Some(texts) = next(&mut step)? {
                step(Work::Done(self.run(&mut *worker, side, texts)?))?;
            }
            return Ok(());
        }
        // Enough tasks lie ready that no worker waits while the caller stores.
        let ready = 2 * threads;
        let (tasks, waiting) = sync_channel::<Vec<(K, String)>>(ready);
        let (results, finished) = channel();
        let waiting = Mutex::new(waiting);
        std::thread::scope(|scope| {
            // Dropped when this closure ends, in whatever way, which is what ends the workers.
            let tasks = tasks;
            for _ in 0..threads {
                let (waiting, results) = (&waiting, results.clone());
                scope.spawn(move || {
                    let mut worker = self.encoder.worker();
                    while let Some(texts) = take(waiting) {
                        let run = || self.run(&mut *worker, side, texts);
                        // A panic is the caller's to see; the other workers would wait for ever.
                        if results.send(catch_unwind(AssertUnwindSafe(run))).is_err() {
                            return;
                        }
                    }
                });
            }
            let (mut under_way, mut more) = (0, true);
            loop {
                while more && under_way < ready {
                    match next(&mut step)? {
                        Some(texts) => {
                            // There is room for as many as are under way, and `waiting` outlives this.
                            let _ = tasks.send(texts);
                            under_way += 1;
                        }
                        None => more = false,
                    }
                }
                if under_way == 0 {
                    return Ok(());
                }
                // This thread has a sender of its own, so this waits until there is a result.
                if let Ok(result) = finished.recv() {
                    under_way -= 1;
                    step(Work::Done(result.unwrap_or_else(|panic| resume_unwind(panic))?))?;
                }
            }
        })
    }

    /// Embeds a task's texts on the calling thread, in their order.
    fn run<K>(&self, worker: &mut dyn Worker, side: Side, texts: Vec<(K, String)>) -> Result<Vec<(K, Embedded)>> {
        let prompt = match side {
            Side::Paper => &self.folder.prompts.paper,
            Side::Query => &self.folder.prompts.query,
        };
        let tokenized = texts.into_iter().map(|(key, text)| {
            if text.trim().is_empty() {
                return Err(Error::EmptyText);
            }
            Ok((key, self.tokenizer.encode(prompt, &text)?))
        });
        let tokenized: Vec<(K, Tokens)> = tokenized.collect::<Result<_>>()?;
        let mut done = Vec::with_capacity(tokenized.len());
        let mut rest = tokenized.into_iter().peekable();
        while rest.peek().is_some() {
            let mut batch = Vec::new();
            let mut room = BATCH_TOKENS;
            while let Some((key, tokens)) = rest.next_if(|(_, next)| batch.is_empty() || next.ids.len() <= room) {
                room = room.saturating_sub(tokens.ids.len());
                batch.push((key, tokens));
            }
            let ids: Vec<&[u32]> = batch.iter().map(|(_, tokens)| tokens.ids.as_slice()).collect();
            let mut vectors = worker.encode(&ids)?;
            for (key, tokens) in batch {
                let (own, others) = vectors.split_at(tokens.ids.len() * self.dim());
                vectors = others;
                done.push((key, self.pool(own, &tokens)?));
            }
        }
        Ok(done)
    }

    /// The vector of a text and those of its sentences, from those of its tokens.
    fn pool(&self, vectors: &[f32], tokens: &Tokens) -> Result<Embedded> {
        let dim = self.dim();
        let sentence = |sentence: &SentenceTokens| {
            let own = &vectors[sentence.tokens.start * dim..sentence.tokens.end * dim];
            // Texts of papers are far shorter than 4 GiB.
            let range = sentence.range.start as u32..sentence.range.end as u32;
            // The mean whatever the pooling: a sentence has no first token of its own.
            Ok(SentenceVector { range, vector: ByteEmbedding::new(&Pooling::Mean.apply(own, dim))? })
        };
        Ok(Embedded {
            vector: Embedding::new(self.folder.pooling.apply(vectors, dim))?,
            sentences: tokens.sentences.iter().map(sentence).collect::<Result<_>>()?,
        })
    }
}

fn next<K>(step: &mut impl FnMut(Work<K>) -> Result<()>) -> Result<Option<Vec<(K, String)>>> {
    let mut texts = Vec::new();
    step(Work::Next(&mut texts))?;
    Ok((!texts.is_empty()).then_some(texts))
}

/// The next task, or nothing when there will be none.
fn take<T>(waiting: &Mutex<Receiver<T>>) -> Option<T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
