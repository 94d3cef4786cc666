using AuthzSim.Requests;

namespace AuthzSim.Tests.Requests;

public sealed class RequestAttributesTests
{
    [Fact]
    public void A_text_never_given_equals_an_empty_one()
    {
        var spelledOut = new RequestAttributes
        {
            Verb = "",
            Namespace = "",
            ApiGroup = "",
            ApiVersion = "",
            Resource = "",
            Subresource = "",
            Name = "",
            Path = "",
        };

        Assert.Equal(default, spelledOut);
        Assert.Equal(default(RequestAttributes).GetHashCode(), spelledOut.GetHashCode());
        Assert.NotEqual(default, spelledOut with { Path = "/" });
        Assert.NotEqual(default, spelledOut with { IsResourceRequest = true });
    }
}
