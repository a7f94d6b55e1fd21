class Text {}
