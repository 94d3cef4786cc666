using AuthzSim.Formats.Json;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Audit;

/// <summary>Reads users, and those that come again once. For one thread at a time.</summary>
/// <param name="users">The users known, by their JSON.</param>
/// <param name="strings">Keeps texts.</param>
internal sealed class UserCache(ByteKeyedCache<UserInfo> users, StringCache strings)
{
    /// <summary>The user that is the value of the current field; null when there is none.</summary>
    /// <param name="reader">The reader, at the field's name.</param>
    /// <param name="locator">Knows the places of what the reader reads.</param>
    /// <param name="field">What messages call the field.</param>
    /// <param name="hash">The hash under which the user may be shared; 0 for none.</param>
    public UserInfo? Read<TReader>(ref TReader reader, Locator locator, string field, out ulong hash)
        where TReader : struct, IFieldReader, allows ref struct
    {
        // A known user is one whole object, so that no more of it has to be read than that it is this one.
        hash = 0;
        var guess = reader.PeekObject();
        if (!guess.IsEmpty && users.Find(guess, out hash) is { } guessed)
        {
            reader.PassObject(guess.Length);
            return guessed;
        }

        var json = reader.TakeValue(out var index);
        if (reader.Starved || json.TrimStart(" \t\r\n"u8).SequenceEqual("null"u8))
        {
            hash = 0;
            return null;
        }

        if (json.Length != guess.Length && users.Find(json, out hash) is { } known)
        {
            return known;
        }

        var quick = new LineReader(json, strings, index);
        var user = AuditValues.User(ref quick, field);
        if (quick.Starved)
        {
            var general = new FieldReader(json, locator, strings, index);
            user = AuditValues.User(ref general, field);
        }

        return users.Put(hash, json, user);
    }
}
