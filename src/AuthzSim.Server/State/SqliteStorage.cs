using Microsoft.Data.Sqlite;

namespace AuthzSim.Server.State;

/// <summary>
/// Objects in one SQLite file of a folder that belongs to this server alone. A change is on disk, whatever happens to the machine,
/// when <see cref="Save"/> returns.
/// </summary>
internal sealed class SqliteStorage : IStateStorage
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS objects (
            resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, json BLOB NOT NULL,
            PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS files (
            resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS versions (id INTEGER PRIMARY KEY CHECK (id = 1), current INTEGER NOT NULL);
        """;

    private const int BusySeconds = 3;
    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;

    private SqliteStorage(FileStream @lock, SqliteConnection connection) => (_lock, _connection) = (@lock, connection);

    /// <summary>Opens the storage of a folder, which is made when it is not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="StorageException">It cannot be opened, or another server has it open.</exception>
    public static SqliteStorage Open(string folder)
    {
        FileStream? owned = null;
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(folder);
#pragma warning disable CA2000 // The storage disposes of both, or the handler below.
            owned = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(folder, "authzsim.db"),
                Pooling = false,
                DefaultTimeout = BusySeconds,
            }.ConnectionString);
#pragma warning restore CA2000
            connection.Open();
            var storage = new SqliteStorage(owned, connection);
            storage.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            storage.Execute(Schema);
            return storage;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection?.Dispose();
            owned?.Dispose();
            throw new StorageException($"the data directory {folder} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Runs statements.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only texts of this program come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public SavedState? Load()
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT current FROM versions";
            if (command.ExecuteScalar() is not long version)
            {
                return null;
            }

            List<StoredObject> objects = [];
            command.CommandText = "SELECT resource, json FROM objects";
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    objects.Add(StoredObjectReader.Read(ResourceOf(reader.GetString(0)), reader.GetFieldValue<byte[]>(1)));
                }
            }

            Dictionary<FileKey, byte[]> files = [];
            command.CommandText = "SELECT resource, namespace, name, digest FROM files";
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    files.Add(new FileKey(ResourceOf(reader.GetString(0)).Index, reader.GetString(1), reader.GetString(2)), reader.GetFieldValue<byte[]>(3));
                }
            }

            return new SavedState(version, objects, files);
        }
        catch (Exception e) when (e is SqliteException or FormatException or System.Text.Json.JsonException or Formats.PolicyFormatException)
        {
            throw new StorageException($"the data directory cannot be read: {e.Message}", e);
        }
    }

    public void Save(long version, IEnumerable<ObjectEvent> events, IEnumerable<(FileKey Key, byte[]? Digest)> files)
    {
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            using (var rows = new RowWriter(_connection, transaction))
            {
                foreach (var item in events)
                {
                    rows.Write("objects", "json", item.Object.Resource.Name, item.Object.Namespace, item.Object.Name, item.IsDeletion ? null : ObjectJson.TextOf(item.Object));
                }

                foreach (var (key, digest) in files)
                {
                    rows.Write("files", "digest", ServedResource.All[key.Resource].Name, key.Namespace, key.Name, digest);
                }
            }

            using (var command = _connection.CreateCommand())
            {
                command.Transaction = transaction;
                command.CommandText = "INSERT INTO versions (id, current) VALUES (1, $version) ON CONFLICT (id) DO UPDATE SET current = $version";
                command.Parameters.AddWithValue("$version", version);
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw new StorageException($"the change could not be written to the data directory: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _lock.Dispose();
    }

    private static ServedResource ResourceOf(string name) => ServedResource.All.FirstOrDefault(r => r.Name == name)
        ?? throw new FormatException($"there are no {name} here");

    /// <summary>Puts and deletes rows by statements that are prepared once.</summary>
    private sealed class RowWriter(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
    {
        private readonly Dictionary<(string Table, bool IsDeletion), SqliteCommand> _commands = [];

        public void Write(string table, string column, string resource, string @namespace, string name, byte[]? value)
        {
            if (!_commands.TryGetValue((table, value is null), out var command))
            {
                command = connection.CreateCommand();
                command.Transaction = transaction;
#pragma warning disable CA2100 // Tables and columns are those of this class.
                command.CommandText = value is null
                    ? $"DELETE FROM {table} WHERE resource = $resource AND namespace = $namespace AND name = $name"
                    : $"INSERT OR REPLACE INTO {table} (resource, namespace, name, {column}) VALUES ($resource, $namespace, $name, $value)";
#pragma warning restore CA2100
                foreach (var parameter in (string[])["$resource", "$namespace", "$name"])
                {
                    command.Parameters.Add(parameter, SqliteType.Text);
                }

                if (value is not null)
                {
                    command.Parameters.Add("$value", SqliteType.Blob);
                }

                _commands.Add((table, value is null), command);
            }

            command.Parameters[0].Value = resource;
            command.Parameters[1].Value = @namespace;
            command.Parameters[2].Value = name;
            if (value is not null)
            {
                command.Parameters[3].Value = value;
            }

            command.ExecuteNonQuery();
        }

        public void Dispose()
        {
            foreach (var command in _commands.Values)
            {
                command.Dispose();
            }
        }
    }
}
