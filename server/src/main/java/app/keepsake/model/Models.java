package app.keepsake.model;

import org.springframework.stereotype.Component;

/** The front door to the models that look at pictures. */
@Component
public class Models {

    private final Use use;

    Models(Use use) {
        this.use = use;
    }

    /** Whether there is a model by which words can find pictures. */
    public boolean canSearchByWords() {
        return use.serving().isPresent();
    }
}
