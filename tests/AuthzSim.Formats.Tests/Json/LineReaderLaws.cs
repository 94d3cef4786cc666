using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AuthzSim.Formats.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthzSim.Formats.Tests.Json;

/// <summary>The fast reader goes over a text token for token as the general one does, or says that it cannot.</summary>
public sealed class LineReaderLaws
{
    private static readonly byte[] _alphabet = "{}[],:\"\\ \n\r\t0123-+.eEtruefalsnbu/é😀\u007f\u0001"u8.ToArray();

    [Property(MaxTest = 3000)]
    public Property Mutated_json_is_walked_alike_or_not_at_all() => Prop.ForAll(Arb.From(Mutations()), bytes => !Utf8.IsValid(bytes) || IsWalkedAlike(bytes, out _));

    [Property(MaxTest = 3000)]
    public Property Random_bytes_are_walked_alike_or_not_at_all() => Prop.ForAll(
        Arb.From(Gen.ArrayOf(Gen.Elements(_alphabet))), bytes => !Utf8.IsValid(bytes) || IsWalkedAlike(bytes, out _));

    [Property(MaxTest = 1000)]
    public Property Usual_json_is_walked_to_its_end() => Prop.ForAll(
        Arb.From(Values(depth: 4)), value => IsWalkedAlike(Encoding.UTF8.GetBytes(Show(new JsonArray(value))), out var isAtEnd) && isAtEnd);

    [Property(MaxTest = 3000)]
    public Property Mutated_json_is_skipped_alike_or_not_at_all() => Prop.ForAll(
        Arb.From(Mutations().Zip(Gen.Choose(1, 9))), c => !Utf8.IsValid(c.Item1) || IsWalkedAlike(c.Item1, out _, skipping: c.Item2));

    [Fact]
    public void Values_are_nested_as_deep_as_the_general_reader_goes_and_no_deeper()
    {
        foreach (var depth in (int[])[63, 64, 65])
        {
            var text = Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("{\"a\":", depth - 1))}[{new string(']', 1)}{new string('}', depth - 1)}");
            Assert.True(IsWalkedAlike(text, out var isWalked));
            Assert.True(IsWalkedAlike(text, out var isSkipped, skipping: 3));
            Assert.Equal((depth <= 64, depth <= 64), (isWalked, isSkipped));
        }
    }

    [Property(MaxTest = 1000)]
    public Property Values_taken_are_the_same() => Prop.ForAll(Arb.From(Values(depth: 4)), value =>
    {
        var bytes = Encoding.UTF8.GetBytes(Show(new JsonArray(new JsonObject { ["a"] = value }, 1)));
        var fast = new LineReader(bytes, new StringCache());
        var general = General(bytes);
        Assert.True(fast.Advance() && fast.Advance() && fast.NextField() && general.Advance() && general.Advance() && general.NextField());
        Assert.Equal(general.TakeValue(out var expected), fast.TakeValue(out var index));
        Assert.True(fast.Advance() && general.Advance());
        return index == expected && fast.Token == general.Token && fast.Index == general.Index;
    });

    [Property(MaxTest = 2000)]
    public Property Times_are_read_alike() => Prop.ForAll(Arb.From(Times()), text =>
    {
        var bytes = Encoding.UTF8.GetBytes($"\"{text}\"");
        var fast = new LineReader(bytes, new StringCache());
        var general = General(bytes);
        Assert.True(fast.Advance() && general.Advance());
        return fast.TryGetTime(out var time) == general.TryGetTime(out var expected) && time.EqualsExact(expected);
    });

    private static bool IsWalkedAlike(byte[] bytes, out bool isAtEnd, int skipping = 0)
    {
        var fast = new LineReader(bytes, new StringCache());
        var general = General(bytes);
        var isMore = true;
        for (var step = 1; isMore; step++)
        {
            isMore = fast.Advance();
            if (!isMore && !fast.IsAtEnd)
            {
                break;
            }

            Assert.Equal(isMore, general.Advance());
            if (isMore)
            {
                Assert.Equal((general.Token, general.Index), (fast.Token, fast.Index));
                Assert.Equal(ValueOf(general), ValueOf(fast));
            }

            if (isMore && skipping > 0 && step % skipping == 0)
            {
                fast.Skip();
                if (fast.Starved)
                {
                    break;
                }

                general.Skip();
                Assert.Equal((general.Token, general.Index), (fast.Token, fast.Index));
            }
        }

        isAtEnd = fast.IsAtEnd;
        return true;
    }

    private static FieldReader General(byte[] bytes) => new(bytes, new NoLocator(), new StringCache());

    private static string ValueOf<TReader>(in TReader reader)
        where TReader : struct, IFieldReader, allows ref struct
    {
        switch (reader.Token)
        {
            case JsonTokenType.Number:
                return $"{Encoding.UTF8.GetString(reader.RawText)} {reader.TryGetInt32(out var number)} {number}";
            case JsonTokenType.String or JsonTokenType.PropertyName:
                var raw = Encoding.UTF8.GetString(reader.RawText);
                try
                {
                    return $"{raw} {reader.Text} {reader.OwnText} {reader.NameIs("a"u8)}";
                }
                catch (UnreadableInputException e)
                {
                    return $"{raw} {e.Index} {e.Code} {e.Message}";
                }

            default:
                return "";
        }
    }

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";

    private static Gen<JsonNode?> Values(int depth) => depth == 0 ? Scalars() : Gen.Frequency(
        (3, Scalars()),
        (2, Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(Values(depth - 1), n)).Select(v => (JsonNode?)new JsonArray(v))),
        (2, Gen.Choose(0, 4).SelectMany(n => Gen.ArrayOf(Fields(depth - 1), n)).Select(f => (JsonNode?)new JsonObject(f.DistinctBy(p => p.Key)))));

    private static Gen<KeyValuePair<string, JsonNode?>> Fields(int depth) =>
        from name in Texts()
        from value in Values(depth)
        select KeyValuePair.Create(name, value);

    private static Gen<JsonNode?> Scalars() => Gen.OneOf(
        Texts().Select(t => (JsonNode?)JsonValue.Create(t)),
        Gen.Choose(-2000, 2000).Select(n => (JsonNode?)JsonValue.Create(n * 1_500_000L)),
        Gen.Elements(true, false).Select(b => (JsonNode?)JsonValue.Create(b)),
        Gen.Constant<JsonNode?>(null));

    private static Gen<string> Texts() => Gen.Elements("", "a", "kind", "with \"quotes\" \\ and\n\tmore", "é😀", new string('x', 40), new string('y', 15), "\u0001<&>");

    private static Gen<byte[]> Mutations() =>
        from value in Values(depth: 3)
        from blank in Gen.Elements("", " ", "\r\n", "\t")
        let text = Encoding.UTF8.GetBytes(Show(value).Replace(",", "," + blank, StringComparison.Ordinal) + blank)
        from edits in Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(
            from at in Gen.Choose(0, text.Length)
            from removed in Gen.Choose(0, 3)
            from put in Gen.Choose(0, 2).SelectMany(k => Gen.ArrayOf(Gen.Elements(_alphabet), k))
            select (at, removed, put), n))
        select edits.Aggregate(text, (input, edit) =>
        {
            var start = Math.Min(edit.at, input.Length);
            return (byte[])[.. input[..start], .. edit.put, .. input[Math.Min(start + edit.removed, input.Length)..]];
        });

    private static Gen<string> Times() =>
        from ticks in Gen.Choose(0, int.MaxValue)
        from form in Gen.Elements("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz")
        let text = new DateTimeOffset(ticks * 1_400_000_000L, TimeSpan.Zero).ToString(form, null)
        from at in Gen.Choose(0, text.Length - 1)
        from put in Gen.Frequency((2, Gen.Constant(text[at])), (3, Gen.Elements("0123456789Zz-:+/ T".ToCharArray())))
        select text[..at] + put + text[(at + 1)..];

    private sealed class NoLocator : Locator
    {
        public override Rbac.SourceLocation At(int index) => default;

        public override Locator ForCopy(int index, ReadOnlyMemory<byte> copy) => throw new NotSupportedException();
    }
}
