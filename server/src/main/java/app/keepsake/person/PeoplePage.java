package app.keepsake.person;

import java.util.List;

/**
 * Some of the people whom a user knows.
 *
 * @param total of all pages, hidden ones too
 */
public record PeoplePage(List<Person> people, int total, int hidden, boolean hasNext) {}
