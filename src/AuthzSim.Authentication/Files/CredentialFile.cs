using System.Text.Unicode;

namespace AuthzSim.Authentication.Files;

/// <summary>What the two kinds of credential files have in common.</summary>
internal static class CredentialFile
{
    public const int FewestColumns = 3;

    /// <summary>The records of a file in order.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="kind">What the file is called in texts, as <c>token file</c>.</param>
    /// <param name="path">The file's path as given.</param>
    /// <param name="columns">The columns every record has.</param>
    public static IEnumerable<List<string>> Records(ReadOnlyMemory<byte> utf8, string kind, string path, string columns)
    {
        // Go compares bytes: what is no UTF-8 cannot be told apart in our texts, and so must not get in.
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new CredentialFileException($"{kind} '{path}' is not UTF-8 text");
        }

        var reader = new CsvReader(utf8);
        while (reader.Read() is { } record)
        {
            yield return record.Count >= FewestColumns
                ? record
                : throw new CredentialFileException(
                    $"{kind} '{path}' must have at least 3 columns ({columns}), found {record.Count}");
        }
    }

    public static byte[] ReadAllBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CredentialFileException(FileErrors.TextOf(path, e), e);
        }
    }

    /// <summary>The user of a record whose first three columns are credential, name and uid, in this order.</summary>
    public static Requests.UserInfo User(List<string> record) => new()
    {
        Name = record[1],
        Uid = record[2],
        Groups = record.Count > FewestColumns ? [.. record[FewestColumns].Split(',')] : [],
    };
}
