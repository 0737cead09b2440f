using VideoGen.Silo.Dashboard.Notices;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>What a page shows of a subscriber's address.</summary>
public sealed class ShownAddressTests
{
    [Theory]
    [InlineData("https://example.org/videogen", "https://example.org/videogen")]
    [InlineData("https://example.org:8443/hook?token=abc&plain&x=1", "https://example.org:8443/hook?token=***&***&x=***")]
    [InlineData("https://me:pass@example.org/", "https://example.org/")]
    [InlineData("https://hooks.example.org/services/T01/B02/9aZk3LmQ8rTw2XyV5bNc1dEf", "https://hooks.example.org/services/T01/B02/9aZk***")]
    [InlineData("https://example.org/whsec_AbCdEfGhIjKl", "https://example.org/whsec_***")]
    [InlineData("nothing", "***")]
    public void OfAnAddressNoSecretIsShown(string url, string shown) => Assert.Equal(shown, ShownAddress.Of(url));
}
