package io.github.throughcare.fhir.storage;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import tools.jackson.databind.json.JsonMapper;

/** Puts the storage together: database, migrations, Hibernate, store, outbox. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StorageSettings.class)
class StorageConfiguration {

    @Bean(destroyMethod = "close")
    @Lazy
    EmbeddedPostgres embeddedPostgres(StorageSettings settings) {
        return EarlyDatabase.take(settings.home());
    }

    @Bean(destroyMethod = "close")
    HikariDataSource dataSource(StorageSettings settings, @Lazy ObjectProvider<EmbeddedPostgres> embedded) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("store");
        if (settings.isExternal()) {
            pool.setJdbcUrl(settings.url());
            pool.setUsername(settings.username());
            pool.setPassword(settings.password());
        } else {
            EmbeddedPostgres postgres = embedded.getObject();
            pool.setJdbcUrl(postgres.jdbcUrl());
            pool.setUsername(postgres.username());
            pool.setPassword(postgres.password());
        }
        pool.setMaximumPoolSize(settings.connections());
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(settings.connectionTimeout());
        pool.addDataSourceProperty("prepareThreshold", "1");
        pool.addDataSourceProperty("preparedStatementCacheQueries", "512");
        // each server process has its own, so that it knows the others' (Horizon)
        pool.addDataSourceProperty("ApplicationName", "throughcare " + UUID.randomUUID());
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        // no row is looked up twice in one statement: remembering rows would only cost;
        // plans never depend on one call's values: search decides in Java and fences its SQL (docs/search.md)
        pool.addDataSourceProperty(
                "options",
                "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_memoize=off -c statement_timeout="
                        + settings.statementTimeout());
        return new HikariDataSource(pool);
    }

    /** Made when the quiet tables are first written to, after the start: it would double the time to the first answer. */
    @Bean(destroyMethod = "close")
    @Lazy
    SessionFactory sessionFactory(DataSource dataSource, FlywayMigrationInitializer migrated) {
        org.hibernate.cfg.Configuration hibernate = new org.hibernate.cfg.Configuration()
                .addAnnotatedClass(Entities.StoreRow.class)
                .addAnnotatedClass(Entities.TypeRow.class)
                .addAnnotatedClass(Entities.DictionaryRow.class)
                .addAnnotatedClass(Entities.OutboxRow.class)
                .setProperty("hibernate.hbm2ddl.auto", "validate")
                .setProperty("hibernate.id.db_structure_naming_strategy", "single");
        hibernate.getProperties().put("hibernate.connection.datasource", dataSource);
        return hibernate.buildSessionFactory();
    }

    @Bean
    QuietTables quietTables(
            DataSource dataSource, FlywayMigrationInitializer migrated, ObjectProvider<SessionFactory> sessions) {
        return new QuietTables(dataSource, sessions::getObject);
    }

    @Bean
    SearchParameters searchParameters() {
        return SearchParameters.r4();
    }

    @Bean
    TypeIndex.Catalog typeIndexCatalog(SearchParameters parameters, QuietTables tables, FhirContext context) {
        return new TypeIndex.Catalog(parameters, new Keys(tables.secret()), context);
    }

    @Bean
    Types types(QuietTables tables, TypeIndex.Catalog catalog) {
        return tables.types(catalog.parameters().types());
    }

    @Bean
    BodyCodec bodyCodec(QuietTables tables) {
        return new BodyCodec(tables);
    }

    @Bean
    Indexer indexer(TypeIndex.Catalog catalog, @Qualifier("facilityZone") ZoneId zone) {
        return new Indexer(catalog, zone);
    }

    @Bean
    IndexDefinitions indexDefinitions(DataSource dataSource, TypeIndex.Catalog catalog, Types types)
            throws SQLException {
        IndexDefinitions definitions = new IndexDefinitions(catalog, types);
        try (Connection c = dataSource.getConnection()) {
            definitions.start(c);
        }
        return definitions;
    }

    @Bean
    Terms terms() {
        return new Terms();
    }

    @Bean
    Reindexer reindexer(
            DataSource dataSource,
            IndexDefinitions definitions,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            JsonMapper mapper,
            Terms terms,
            Store store) {
        Reindexer reindexer = new Reindexer(dataSource, definitions, types, codec, indexer, mapper, terms);
        store.index().afterChange(reindexer::ring);
        return reindexer;
    }

    @Bean
    Store store(
            DataSource dataSource,
            Types types,
            BodyCodec codec,
            Indexer indexer,
            TypeIndex.Catalog catalog,
            JsonMapper mapper,
            Clock clock,
            IndexDefinitions definitions,
            StorageSettings settings,
            Terms terms,
            ObjectProvider<ChangeListener> listeners) {
        return new Store(
                dataSource,
                catalog.keys(),
                types,
                codec,
                indexer,
                mapper,
                clock,
                settings.references(),
                catalog::referenceSeeds,
                definitions,
                settings.statementTimeout(),
                new Hearing(() -> listeners.stream().toList()),
                terms);
    }

    @Bean
    FullText fullText(Store store, JsonMapper mapper) {
        return new FullText(store, mapper);
    }

    @Bean
    Outbox outbox(
            Store store,
            FhirContext context,
            Clock clock,
            ObjectProvider<ChangeListener> listeners,
            ObjectProvider<CommitListener> commitListeners) {
        store.tellAtOnce(commitListeners.orderedStream().toList());
        return new Outbox(store, context, clock, listeners.orderedStream().toList());
    }

    @Bean
    Neighbours neighbours(Store store, ObjectProvider<CommitListener> commitListeners) {
        return new Neighbours(store, commitListeners.orderedStream().toList());
    }

    /** Stopped by {@link DueWork}, before what its tasks need is taken away. */
    @Bean(destroyMethod = "")
    @Lazy
    Scheduler scheduler(
            DataSource dataSource, ObjectProvider<Task<?>> tasks, Clock clock, FlywayMigrationInitializer migrated) {
        return DueWork.scheduler(dataSource, tasks.orderedStream().toList(), clock);
    }

    @Bean
    DueWork dueWork(ObjectProvider<Scheduler> scheduler) {
        return new DueWork(scheduler::getObject);
    }
}
