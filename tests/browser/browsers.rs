//! What real browsers need: a runtime, chromedriver, and that nobody else has one meanwhile.

use std::sync::Arc;
use std::sync::MutexGuard;

use tokio::runtime::Runtime;

use crate::chromedriver;
use crate::chromedriver::Chromedriver;
use crate::support::lock;
use crate::window::JavaScript;
use crate::window::Window;

/// Everything that runs beside a browser.
pub(crate) struct Browsers {
    chromedriver: Chromedriver,
    /// On which browsers are told what to do.
    pub(crate) runtime: Arc<Runtime>,
    _turn: MutexGuard<'static, ()>,
}

impl Browsers {
    /// Starts it when it is this test's turn.
    pub(crate) fn new() -> Self {
        let turn = lock(&chromedriver::TURN);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let runtime = Arc::new(runtime);
        Self { chromedriver: Chromedriver::start(), runtime, _turn: turn }
    }

    /// A browser that was never used before, for the site at this origin.
    pub(crate) fn window(&self, site: &str, scripts: JavaScript) -> Window {
        Window::open_by(&self.runtime, &self.chromedriver.url, site, scripts)
    }
}
