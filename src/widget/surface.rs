//! What every page stands on. It says where a finger comes down, before anything on the page hears of it: buttons speak
//! when a finger is lifted and know neither place nor time. And it has the whole window drawn when anything changes.
//!
//! It must not know what follows from a press.

mod repaint;

use std::cell::RefCell;

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, mouse, overlay, renderer};
use iced::{Element, Event, Length, Point, Rectangle, Renderer, Size, Theme, Vector, touch};

/// A page, and what a press on it says.
pub struct Surface<'a, M> {
    page: Element<'a, M>,
    on_press: Box<dyn Fn(Point) -> M + 'a>,
}

impl<'a, M> Surface<'a, M> {
    /// `page`, which says `on_press` for every finger and click, wherever it is.
    pub fn new(page: impl Into<Element<'a, M>>, on_press: impl Fn(Point) -> M + 'a) -> Self {
        Self { page: page.into(), on_press: Box::new(on_press) }
    }
}

/// Where a press begins, if `event` is one.
fn pressed(event: &Event, cursor: mouse::Cursor) -> Option<Point> {
    match event {
        Event::Touch(touch::Event::FingerPressed { position, .. }) => Some(*position),
        Event::Mouse(mouse::Event::ButtonPressed(_)) => cursor.position(),
        _ => None,
    }
}

type State = RefCell<repaint::Last>;

/// All but the presses is the page's own.
impl<M> Widget<M, Theme, Renderer> for Surface<'_, M> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.page)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.page));
    }

    fn size(&self) -> Size<Length> {
        self.page.as_widget().size()
    }

    fn size_hint(&self) -> Size<Length> {
        self.page.as_widget().size_hint()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &layout::Limits) -> layout::Node {
        self.page.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        self.page.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        viewport: &Rectangle,
    ) {
        if let Some(place) = pressed(event, cursor) {
            shell.publish((self.on_press)(place));
        }
        let page = &mut tree.children[0];
        self.page.as_widget_mut().update(page, event, layout, cursor, renderer, clipboard, shell, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.page.as_widget().mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        self.page.as_widget().draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
        let last = tree.state.downcast_ref::<State>();
        last.borrow_mut().finish(renderer, layout.bounds().size());
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
        self.page.as_widget_mut().overlay(&mut tree.children[0], layout, renderer, viewport, translation)
    }
}

impl<'a, M: 'a> From<Surface<'a, M>> for Element<'a, M> {
    fn from(surface: Surface<'a, M>) -> Self {
        Element::new(surface)
    }
}
