package org.volvox.client.service;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.volvox.base.Api;

/**
 * Doing it twice is as good as once: a call of this method may be tried again at another instance
 * when the first does not answer. Calls of all other methods take effect at most once.
 */
@Api
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {}
