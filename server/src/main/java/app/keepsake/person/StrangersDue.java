package app.keepsake.person;

/** There are faces again of which it is to be asked whose they are. */
public record StrangersDue() {}
