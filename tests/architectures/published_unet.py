"""Numbers of U-Net: from the figure of the paper, and from the summary of a padded one in Keras.

Activations stand with the convolution before them, as both sources have it.
"""

from tests.architectures.published import rows

UNET = rows("""
down1.0 64x570x570
down1.2 64x568x568
pool1 64x284x284
down2.0 128x282x282
down2.2 128x280x280
pool2 128x140x140
down3.0 256x138x138
down3.2 256x136x136
pool3 256x68x68
down4.0 512x66x66
down4.2 512x64x64
pool4 512x32x32
down5.0 1024x30x30
down5.2 1024x28x28
deconv4 512x56x56
crop4 512x56x56
cat4 1024x56x56
up4.0 512x54x54
up4.2 512x52x52
deconv3 256x104x104
crop3 256x104x104
cat3 512x104x104
up3.0 256x102x102
up3.2 256x100x100
deconv2 128x200x200
crop2 128x200x200
cat2 256x200x200
up2.0 128x198x198
up2.2 128x196x196
deconv1 64x392x392
crop1 64x392x392
cat1 128x392x392
up1.0 64x390x390
up1.2 64x388x388
conv10 2x388x388
""")
"""Ronneberger, Fischer and Brox 2015, figure 1, for 1 x 572 x 572."""

PADDED_UNET = rows("""
down1.0 64x256x256 640
down1.2 64x256x256 36928
pool1 64x128x128 0
down2.0 128x128x128 73856
down2.2 128x128x128 147584
pool2 128x64x64 0
down3.0 256x64x64 295168
down3.2 256x64x64 590080
pool3 256x32x32 0
down4.0 512x32x32 1180160
down4.2 512x32x32 2359808
down4.4 512x32x32 0
pool4 512x16x16 0
down5.0 1024x16x16 4719616
down5.2 1024x16x16 9438208
down5.4 1024x16x16 0
deconv4 512x32x32 2097664
cat4 1024x32x32 0
up4.0 512x32x32 4719104
up4.2 512x32x32 2359808
deconv3 256x64x64 524544
cat3 512x64x64 0
up3.0 256x64x64 1179904
up3.2 256x64x64 590080
deconv2 128x128x128 131200
cat2 256x128x128 0
up2.0 128x128x128 295040
up2.2 128x128x128 147584
deconv1 64x256x256 32832
cat1 128x256x256 0
up1.0 64x256x256 73792
up1.2 64x256x256 36928
conv9 2x256x256 1154
conv10 1x256x256 3
""")
"""The summary that Keras prints of the padded U-Net of 31,031,685 parameters, 1 x 256 x 256."""
