//! Accuracy over real mail and real files.
//!
//! The corpora lie outside the repository: `LAZARET_CORPORA`, or `../shared/corpora`. Where they are
//! absent each test says plainly that it was skipped. Each prints its tables and fails below the bars that
//! stand in its module.

mod attachments;
