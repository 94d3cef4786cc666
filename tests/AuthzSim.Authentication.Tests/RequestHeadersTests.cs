namespace AuthzSim.Authentication.Tests;

/// <summary>Headers as Go's net/http hands them to an authenticator.</summary>
public sealed class RequestHeadersTests
{
    private static readonly RequestHeaders _headers = new([new("X-Group", "a"), new("x-group", "b"), new("Other", "c")]);

    [Fact]
    public void Names_have_no_case_and_values_keep_their_order()
    {
        Assert.Equal("a", _headers.First("X-GROUP"));
        Assert.Equal(["a", "b"], _headers.All("x-Group"));
        Assert.Null(_headers.First("Absent"));
    }

    [Fact]
    public void Headers_are_left_out_by_name()
    {
        var rest = _headers.Without(n => n.Equals("x-group", StringComparison.OrdinalIgnoreCase));
        Assert.Equal([new("Other", "c")], rest.Fields);
        Assert.Equal(3, _headers.Fields.Length);
    }
}
