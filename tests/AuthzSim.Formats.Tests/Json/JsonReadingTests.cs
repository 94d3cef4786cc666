using System.Text;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Tests.Json;

public sealed class JsonReadingTests
{
    [Theory]
    [InlineData("{\"a\": 1,}", "[syntax] -:1:9: a `,` stands before the closing brace or bracket: remove it; what follows cannot be read")]
    [InlineData("{\n \"a\": \"b\n\"}", "[syntax] -:2:9: a line break, tab or control character stands inside a text: write it as `\\n`, `\\t` or `\\u00XX`; what follows cannot be read")]
    [InlineData("{\"a\": ", "[syntax] -:1:7: the file ends in the middle of an object")]
    [InlineData("{\"kind\": \"\\ud800\"}", "[encoding] -:1:10: a `\\u` escape here is half of a surrogate pair, which is no character; what follows cannot be read")]
    [InlineData("[1]", "[not-an-object] -:1:1: a document must be one object: put a list of objects under `items` of a `kind: List`")]
    public void A_syntax_error_says_what_and_where(string text, string expected) => Assert.Equal([expected], Given.Problems(text));

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.Equal(["[too-large] -:1:105: nested more than 100 levels deep; what follows cannot be read"], Given.Problems("{\"a\":" + new string('[', 100_000)));
        Assert.StartsWith("[too-large] ", Assert.Single(Given.Problems(string.Concat(Enumerable.Repeat("{\"items\":[", 100_000)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_an_error_with_their_place()
    {
        Assert.Equal(
            ["[encoding] -:2:3: byte `0xc3` is not UTF-8 text: save the file as UTF-8; what follows cannot be read"],
            Given.Problems(Given.Load([.. "{\n \""u8, 0xc3, 0x28])));
        Assert.Equal(
            ["[encoding] -:1:3: byte `0xc3` is not UTF-8 text: save the file as UTF-8; what follows cannot be read"],
            Given.Problems(Given.Load([.. "{\""u8, 0xc3])));
    }

    [Fact]
    public void A_byte_order_mark_changes_nothing() =>
        Assert.Equal(
            "-:1:2",
            Given.Load("\uFEFF{\"apiVersion\": \"rbac.authorization.k8s.io/v1\", \"kind\": \"ClusterRole\"}").Policy.ClusterRoles[0].Location.ToString());

    [Theory]
    [InlineData("bootstrap-policy.json")]
    [InlineData("cluster.json")]
    public void A_window_of_any_size_reads_the_same(string fixture)
    {
        var input = File.ReadAllBytes(Given.Fixture(fixture));
        var whole = Given.Load(input);
        Assert.NotEmpty(whole.Policy.Objects);
        foreach (var size in new[] { 16, 1000, 4096, 5000 })
        {
            var cut = Given.Load(input, size);
            Assert.Equal(whole.Policy.Objects, cut.Policy.Objects);
            Assert.Equal(whole.Policy.Objects.Select(o => o.Location), cut.Policy.Objects.Select(o => o.Location));
            Assert.Equal(whole.PassedOver, cut.PassedOver);
            Assert.Equal(whole.Policy.Namespaces, cut.Policy.Namespaces);
        }
    }

    [Fact]
    public void Problems_do_not_depend_on_how_the_input_is_cut()
    {
        var text = $$$"""{"apiVersion": "v1", "items": [{"kind": "Role", "apiVersion": "{{{Given.V1}}}", "metadata": {"nam": 1}, "rules": [{"verbs": 1}]}, {"x": {}}, {"kind": "Rolle", "apiVersion": "{{{Given.V1}}}"}], "kind": "List", "x": tru}""";
        var expected = Given.Problems(text);
        Assert.True(expected.Length >= 4);
        for (var size = 16; size < text.Length; size++)
        {
            Assert.Equal(expected, Given.Problems(Given.Load(Encoding.UTF8.GetBytes(text), size)));
        }
    }

    [Fact]
    public void A_list_of_fifty_megabytes_slides_through_a_small_window()
    {
        using var stream = new EndlessList(itemCount: 25_000, padding: 2_000);
        var options = Given.Options([], windowSize: 1 << 16) with { StandardInput = stream };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = PolicyLoader.Load(["-"], options);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(result.BytesRead > 50_000_000);
        Assert.Equal(25_000, result.Policy.ClusterRoleBindings.Length);
        Assert.InRange(allocated, 1, 40_000_000);
    }

    /// <summary>A List made as it is read; each item is mostly blanks.</summary>
    private sealed class EndlessList(int itemCount, int padding) : Stream
    {
        private byte[] _part = "{\"apiVersion\": \"v1\", \"items\": ["u8.ToArray();
        private int _read;
        private int _made;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_read == _part.Length)
            {
                (_part, _read) = (Next(), 0);
            }

            var length = Math.Min(count, _part.Length - _read);
            _part.AsSpan(_read, length).CopyTo(buffer.AsSpan(offset));
            _read += length;
            return length;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private byte[] Next()
        {
            if (_made == itemCount)
            {
                _made++;
                return "], \"kind\": \"List\"}"u8.ToArray();
            }

            if (_made > itemCount)
            {
                return [];
            }

            // The array is used again, so that what is measured is the reader's memory.
            var item = Encoding.UTF8.GetBytes($$"""
                {{(_made == 0 ? "" : ",")}}{"apiVersion": "{{Given.V1}}", "kind": "ClusterRoleBinding", "metadata": {"name": "b{{_made++}}"},
                "roleRef": {"apiGroup": "{{RbacNames.Group}}", "kind": "ClusterRole", "name": "view"}, "subjects": []}
                """);
            var part = _part.Length == item.Length + padding ? _part : new byte[item.Length + padding];
            part.AsSpan(item.Length).Fill((byte)' ');
            item.CopyTo(part, 0);
            return part;
        }
    }
}
