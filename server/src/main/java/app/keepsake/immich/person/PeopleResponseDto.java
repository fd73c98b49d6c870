package app.keepsake.immich.person;

import app.keepsake.person.PeoplePage;
import java.util.List;

record PeopleResponseDto(
        List<PersonResponseDto> people, int total, int hidden, boolean hasNextPage) {

    static PeopleResponseDto of(PeoplePage page) {
        return new PeopleResponseDto(
                page.people().stream().map(PersonResponseDto::of).toList(),
                page.total(),
                page.hidden(),
                page.hasNext());
    }
}
