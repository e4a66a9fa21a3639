"""Drawings of 24 × 24, strokes of 1.75, made for Beffroi."""

PATHS = {
    "today": "M12 3a5 5 0 0 0-5 5v4l-2 4h14l-2-4V8a5 5 0 0 0-5-5zM10 19a2 2 0 0 0 4 0",
    "alerts": "M6 20h12M8 20v-7a4 4 0 0 1 8 0v7M12 3v3M4.5 6.5l2 2M19.5 6.5l-2 2M3 13h2M19 13h2",
    "messages": "M4 6h16v12H4zM4 7l8 6 8-6",
    "content": "M4 4h13v16H6a2 2 0 0 1-2-2zM17 9h3v9a2 2 0 0 1-2 2M7.5 8h6M7.5 12h6M7.5 16h3.5",
    "subscribers": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6 6 0 0 1 3.5 5.5",
    "mail": "M5 16V9a4 4 0 0 1 4-4h6a4 4 0 0 1 4 4v7zM8.5 10h7M12 16v5M8.5 21h7",
    "bilan": "M6 3h9l3 3v15H6zM9 17v-4M12 17V9M15 17v-6",
    "town": "M4 20h16M6 20v-9h12v9M4 11l8-4 8 4M12 7V3h4l-1 1.5 1 1.5h-4M10 20v-5h4v5",
    "operator": "M4 5h16v5H4zM4 14h16v5H4zM7.5 7.5h.01M7.5 16.5h.01",
    "search": "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
    "more": "M5 12h.01M12 12h.01M19 12h.01M5 6h.01M12 6h.01M19 6h.01M5 18h.01M12 18h.01M19 18h.01",
    "plus": "M12 5v14M5 12h14",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "cross": "M6 6l12 12M18 6L6 18",
    "left": "M14 6l-6 6 6 6",
    "right": "M10 6l6 6-6 6",
    "up": "M6 14l6-6 6 6",
    "down": "M6 10l6 6 6-6",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "pause": "M9 6v12M15 6v12",
    "play": "M8 5l11 7-11 7z",
    "stop": "M7 7h10v10H7z",
    "send": "M21 3L10 14M21 3l-7 18-4-7-7-4z",
    "download": "M12 4v11M7.5 10.5L12 15l4.5-4.5M4 20h16",
    "upload": "M12 15V4M7.5 8.5L12 4l4.5 4.5M4 20h16",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "key": "M15 13a4.5 4.5 0 1 0-4.3-3L4 17v3h3v-2h2v-2h2l1.5-1.8A4.5 4.5 0 0 0 15 13zM16 8h.01",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "edit": "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
    "warning": "M12 4L2.5 20h19zM12 10v4.5M12 17.5h.01",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
    "journal": "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
    "undo": "M8 5L4 9l4 4 M4 9h10a5 5 0 0 1 0 10H9",
    "leave": "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
    "chart": "M4 20h16M7 20v-7M12 20V5M17 20v-10",
    "phone": "M7 2.5h10v19H7zM11 18.5h2",
    "desktop": "M3 4.5h18v12H3zM8 20.5h8M12 16.5v4",
    "moon": "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
    "text": "M5 6h14M5 10h14M5 14h9M5 18h11",
    "print": "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
    "external": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    "tag": "M4 4h8l8.5 8.5-8 8L4 12zM8 8h.01",
    "image": "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
    "grip": "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "lamp": "M9.5 18h5M10 21h4M8 14.5A6 6 0 1 1 16 14.5c-.8.8-1.5 1.8-1.5 3.5h-5c0-1.7-.7-2.7-1.5-3.5z",
}

MARK = (
    '<svg class="mark" viewBox="0 0 40 56" width="30" height="42" aria-hidden="true" focusable="false">'
    '<path class="mark-roof" d="M20 0 28 17H12z"/>'
    '<path class="mark-stone" d="M7 13h3v4h20v-4h3v8H7zM6 52h28v4H6z"/>'
    '<path class="mark-wall" d="M9 21h22v31H9z"/>'
    '<path class="mark-arch" d="M12.5 45V32.5a7.5 7.5 0 0 1 15 0V45z"/>'
    '<path class="mark-bell" d="M20 28a4.3 4.3 0 0 0-4.3 4.3v4.2l-2 4h12.6l-2-4v-4.2A4.3 4.3 0 0 0 20 28zM18 41.5a2 2 0 0 0 4 0z"/>'
    "</svg>"
)
