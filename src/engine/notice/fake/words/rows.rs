//! Sets of the rows in which a thing and its state stand.

use super::LANGUAGES;

/// How many rows all languages have.
pub(super) const ROWS: usize = {
    let (mut rows, mut table) = (0, 0);
    while table < LANGUAGES.len() {
        let mut language = 0;
        while language < LANGUAGES[table].len() {
            rows += LANGUAGES[table][language].topics.len();
            language += 1;
        }
        table += 1;
    }
    rows
};

/// A set of rows, by their numbers: a word as common as `mail` is a thing of a hundred.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rows([u64; ROWS.div_ceil(64)]);

impl Rows {
    /// Puts a row into it.
    pub(super) fn add(&mut self, row: usize) {
        if let Some(bits) = self.0.get_mut(row / 64) {
            *bits |= 1 << (row % 64);
        }
    }

    /// Puts all of another set into it.
    pub(super) fn add_all(&mut self, others: &Rows) {
        self.0.iter_mut().zip(&others.0).for_each(|(bits, other)| *bits |= other);
    }

    /// What is in both.
    pub(super) fn common(&self, others: &Rows) -> Rows {
        let mut common = *self;
        common.0.iter_mut().zip(&others.0).for_each(|(bits, other)| *bits &= other);
        common
    }

    /// Whether it holds none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    /// Its rows, in order.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        let ones = |(place, bits): (usize, u64)| {
            let rest = std::iter::successors(Some(bits), |bits| Some(bits & bits.wrapping_sub(1)));
            rest.take_while(|bits| *bits > 0).map(move |bits| place * 64 + bits.trailing_zeros() as usize)
        };
        self.0.into_iter().enumerate().flat_map(ones)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_a_set() {
        let mut rows = Rows::default();
        assert!(rows.is_empty());
        for row in [0, 63, 64, ROWS - 1] {
            rows.add(row);
        }
        assert_eq!(rows.iter().collect::<Vec<_>>(), [0, 63, 64, ROWS - 1]);
        let mut other = Rows::default();
        other.add(64);
        assert_eq!(rows.common(&other), other);
        other.add_all(&rows);
        assert_eq!(other, rows);
    }
}
