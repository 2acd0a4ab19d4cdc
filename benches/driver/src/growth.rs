//! Growth.
pub fn draw(_quick: bool) -> anyhow::Result<()> {
    anyhow::bail!("not yet")
}
