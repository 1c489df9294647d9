package org.volvox.client.service;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.volvox.base.Api;

/**
 * The method takes microseconds and never waits: it runs on the thread that reads the connection,
 * which saves the way to a thread of its own. One that waits holds up all calls of its connection.
 */
@Api
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Brief {}
