package no.delingsruter.skatteetaten.lookup;

import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Skatteetaten;

/** What all lookups share. */
public record Lookups(Skatteetaten skatteetaten, Statistics statistics, Alerts alerts, Delivery delivery) {}
