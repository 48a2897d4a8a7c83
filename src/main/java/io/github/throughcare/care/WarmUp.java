package io.github.throughcare.care;

/**
 * What takes long the first time and is better done before somebody asks. A bean of this type is run once after the start; beans run one
 * after another, by their {@code @Order}, in a thread of {@link WarmUps}.
 */
public interface WarmUp {

    /** May fail: whoever asks later does it himself, and hears what is wrong. */
    void run() throws InterruptedException;
}
