namespace VideoGen.Storage.Sqlite;

public sealed class SqliteStorageOptions
{
    /// <summary>The database file; it and its folder are made where they are missing. Several processes of one machine may share it.</summary>
    public string DatabasePath { get; set; } = "";

    /// <summary>How long a call waits for another process that holds the database.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
