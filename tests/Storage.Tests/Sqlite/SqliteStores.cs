using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Sqlite;

internal static class SqliteStores
{
    public static StoreHost Open(string databasePath, TimeProvider? time = null, TimeSpan? busyTimeout = null) =>
        new(new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = databasePath, BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(10) }), time);
}
